// The reader version of kept pages: the article alone, out of the kept bytes, in the same sandbox as the page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "puppeteer-core";
import { replayedIn } from "./support/replayed.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

// Real documentation; `around` stands beside the text and is no part of it.
const pages = [
  {
    name: "python",
    path: "/python/library/json.html",
    find: /lightweight data interchange format/,
    around: /Report a Bug/,
    language: "en",
  },
  {
    name: "handbook-zh",
    path: "/handbook/zh-CN/packaging-system.html",
    find: /软件包/,
    around: /^$/,
    language: "zh",
  },
  { name: "reference-ja", path: "/reference/ch01.ja.html", find: /ファイル/, around: /^$/, language: "ja" },
];

describe(`the reader version, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
    session.site
      .page("/story.html", story)
      .page(
        "/list.html",
        "<!doctype html><title>List</title><h1>All of it</h1><ul><li><a href=/a>a</a><li><a href=/b>b</a></ul>",
      );
  });
  after(async () => {
    await session?.stop();
  });

  async function read(path: string): Promise<Page> {
    const url = session.site.origin + path;
    await session.open(url);
    await session.clickToolbarButton();
    const link = await session.keepleaf.kept(url);
    await session.popup.close();
    await session.open("about:blank");
    // The reader first: so its frame is the only one.
    const library = await session.openExtensionPage("library.html");
    await library.bringToFront();
    // Afterwards: of the address that it was opened with, Firefox tells nobody.
    await library.evaluate((id) => {
      location.hash = `#/snapshot/${id}/reader`;
    }, link.snapshots[0]?.id);
    return library;
  }
  /** What the reader's frame says. */
  async function says<T>(library: Page, ask: () => T): Promise<NonNullable<T>> {
    await until("the article", () =>
      library.evaluate(() => document.querySelector<HTMLIFrameElement>(".reader iframe")?.dataset.ready),
    );
    return until("what it says", async () => (await replayedIn(library))?.evaluate(ask));
  }

  for (const { name, path, find, around, language } of pages) {
    test(`${name} has an article`, async () => {
      const library = await read(path);
      const requests = session.site.requests.length;
      const article = await says(library, () => ({
        text: document.body.innerText,
        language: document.documentElement.lang,
        width: document.body.getBoundingClientRect().width,
      }));
      assert.match(article.text, find);
      assert.doesNotMatch(article.text, around.source === "^$" ? /\0/ : around);
      assert.equal(article.language, language);
      assert.ok(article.width < 900, `lines of ${article.width} pixels`);
      assert.equal(session.site.requests.length, requests, "nobody was asked for anything");
      await session.photograph(`reader-${name}`);
      await library.close();
    });
  }

  test("its pictures are those that were kept; nothing of the page runs, and nothing is asked for", async () => {
    const library = await read("/story.html");
    const requests = session.site.requests.length;
    const article = await says(library, () => {
      const [image] = document.images;
      if (!image?.complete) return undefined;
      return {
        title: document.querySelector("h1")?.textContent,
        picture: `${image.naturalWidth}x${image.naturalHeight} ${image.src.slice(0, 15)}`,
        scripts: document.querySelectorAll("script:not([src$='/replay-agent.js'])").length,
        around: document.body.innerText.includes("Subscribe"),
      };
    });
    assert.deepEqual(article, {
      title: "The flood",
      picture: "120x80 data:image/png;",
      scripts: 0,
      around: false,
    });
    await session.photograph("reader-story");
    assert.equal(session.site.requests.length, requests, "nobody was asked for anything");
    await library.close();
  });

  test("a page without an article says so, plainly", async () => {
    const library = await read("/list.html");
    await library.click('button[data-mode="page"]');
    await until("the page", () =>
      library.evaluate(() => document.querySelector<HTMLIFrameElement>(".stage > iframe")?.dataset.ready),
    );
    await library.click('button[data-mode="reader"]');
    const words = await until("the words", () =>
      library.evaluate(() => document.querySelector<HTMLElement>(".stage .nothing")?.innerText),
    );
    assert.match(words, /There is no article in this page/);
    await session.photograph("reader-none");
    assert.match(await library.evaluate(() => location.hash), /\/reader$/, "a reload finds it so");
    assert.equal(
      await library.evaluate(() => document.querySelector<HTMLElement>(".stage > iframe")?.hidden),
      true,
    );
    await library.close();
  });

  test("the article can be saved as a file that opens anywhere", async () => {
    const library = await read("/story.html");
    await says(library, () => document.body.innerText);
    const save = await library.evaluate(() => {
      const link = document.querySelector<HTMLAnchorElement>(".reader a[download]");
      return { name: link?.download, address: link?.protocol };
    });
    assert.deepEqual(save, { name: "The flood.html", address: "blob:" });
    await library.close();
  });
});

const paragraph = `<p onclick="this.textContent='ran'">${"The river rose in the night, and by morning the lower fields were a lake, grey and quite still. ".repeat(4)}</p>`;
const story = `<!doctype html><html lang="en"><head><title>The flood</title></head><body>
  <nav><a href="/1">One</a> <a href="/2">Two</a></nav>
  <article><h1>The flood</h1>${paragraph}
  <figure><img id="drawn" alt="The fields" width="120" height="80"><figcaption>The fields at dawn</figcaption></figure>
  ${paragraph}${paragraph}</article>
  <aside class="sidebar"><form action="/subscribe"><button>Subscribe</button></form></aside>
  <script>
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [120, 80];
    const context = canvas.getContext("2d");
    context.fillStyle = "#1f7a4d";
    context.fillRect(0, 0, 120, 80);
    document.getElementById("drawn").src = canvas.toDataURL();
    setInterval(() => fetch("/beacon"), 200);
  </script></body></html>`;
