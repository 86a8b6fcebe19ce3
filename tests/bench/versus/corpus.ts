// The pages that are captured: real ones, none written for this. Those of Debian packages are always there (tier "bench"
// of installer/packages.txt); `--corpus DIR` adds what may not be in a repository: recordings of live sites (*.warc.gz)
// and folders with an index.html.
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Recording, readRecording } from "./recordings.ts";

export interface CorpusPage {
  name: string;
  kind: "docs" | "cjk docs" | "long" | "article" | "live";
  /** Absolute for recordings; else a path on the corpus' own server. */
  address: string;
}

export interface Corpus {
  pages: CorpusPage[];
  mounts: [prefix: string, folder: string][];
  recordings: Recording[];
}

interface Shelf {
  name: string;
  folder: string;
  kind: "docs" | "cjk docs";
  /** How many pages, taken at equal distances from the sorted list. */
  take: number;
  only?: RegExp;
}

const doc = "/usr/share/doc";
const shelves: Shelf[] = [
  { name: "python", folder: `${doc}/python3.11/html`, kind: "docs", take: 12 },
  { name: "postgresql", folder: `${doc}/postgresql-doc-15/html`, kind: "docs", take: 12 },
  {
    name: "django",
    folder: `${doc}/python-django-doc/html`,
    kind: "docs",
    take: 8,
    only: /^(ref|topics|howto)/,
  },
  { name: "apache-en", folder: `${doc}/apache2-doc/manual`, kind: "docs", take: 8, only: /^en\// },
  { name: "handbook-en", folder: `${doc}/debian-handbook/html/en-US`, kind: "docs", take: 5 },
  { name: "install-en", folder: `${doc}/installation-guide-amd64/en`, kind: "docs", take: 4 },
  { name: "handbook-zh", folder: `${doc}/debian-handbook/html/zh-CN`, kind: "cjk docs", take: 6 },
  { name: "handbook-ja", folder: `${doc}/debian-handbook/html/ja-JP`, kind: "cjk docs", take: 6 },
  { name: "handbook-ko", folder: `${doc}/debian-handbook/html/ko-KR`, kind: "cjk docs", take: 4 },
  { name: "reference-zh", folder: "/usr/share/debian-reference", kind: "cjk docs", take: 5, only: /zh-cn/ },
  { name: "reference-ja", folder: "/usr/share/debian-reference", kind: "cjk docs", take: 5, only: /\.ja/ },
  { name: "apache-zh", folder: `${doc}/apache2-doc/manual`, kind: "cjk docs", take: 4, only: /^zh-cn\// },
  { name: "apache-ja", folder: `${doc}/apache2-doc/manual`, kind: "cjk docs", take: 6, only: /^ja\// },
  { name: "gimp-ja", folder: "/usr/share/gimp/2.0/help/ja", kind: "cjk docs", take: 10 },
  { name: "install-zh", folder: `${doc}/installation-guide-amd64/zh_CN`, kind: "cjk docs", take: 4 },
  { name: "developers-ja", folder: "/usr/share/developers-reference/ja", kind: "cjk docs", take: 3 },
];
const long = ["python/genindex-all.html", "python/whatsnew/changelog.html"];

export async function readCorpus(extra: string | undefined): Promise<Corpus> {
  const corpus: Corpus = { pages: [], mounts: [], recordings: [] };
  for (const shelf of shelves) {
    corpus.mounts.push([`/${shelf.name}/`, shelf.folder]);
    for (const file of await sample(shelf)) {
      const address = `/${shelf.name}/${file}`;
      corpus.pages.push({ name: `${shelf.name}/${file}`, kind: shelf.kind, address });
    }
  }
  for (const name of long) corpus.pages.push({ name, kind: "long", address: `/${name}` });
  if (extra) await addFolder(corpus, extra);
  return corpus;
}

async function addFolder(corpus: Corpus, folder: string): Promise<void> {
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    if (name.endsWith(".warc.gz")) {
      const recording = await readRecording(path);
      if (!recording.page) continue;
      corpus.recordings.push(recording);
      corpus.pages.push({ name: name.replace(/\.warc\.gz$/, ""), kind: "live", address: recording.page });
    } else if ((await stat(join(path, "index.html")).catch(() => undefined))?.isFile()) {
      corpus.mounts.push([`/extra/${name}/`, path]);
      corpus.pages.push({ name, kind: "article", address: `/extra/${name}/index.html` });
    }
  }
}

async function sample(shelf: Shelf): Promise<string[]> {
  const entries = await readdir(shelf.folder, { recursive: true, withFileTypes: true }).catch(() => []);
  if (entries.length === 0) {
    throw new Error(`${shelf.folder} is not there: run installer/setup-debian bench`);
  }
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".html")) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(shelf.folder, path).split(sep).join("/");
    if (shelf.only && !shelf.only.test(file)) continue;
    // Pages that only lead to another one tell nothing.
    if ((await stat(path)).size >= 3000) found.push(file);
  }
  found.sort();
  const step = found.length / shelf.take;
  return Array.from({ length: Math.min(shelf.take, found.length) }, (_, index) =>
    String(found[Math.floor(index * Math.max(step, 1))]),
  );
}
