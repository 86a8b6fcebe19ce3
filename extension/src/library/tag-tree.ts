// Tags as a tree: a tag that is only a level of others ("work" of "work/db") has no line of its own in the library, but
// is a place all the same.
export interface TagEntry {
  path: string;
  links: number;
}

export interface TagBranch {
  path: string;
  /** Its last level. */
  name: string;
  /** How many levels are above it. */
  depth: number;
  /** Absent for a mere level: how many links are below it is not known here. */
  links?: number;
}

/** Every tag and every level, each below the one that it belongs to. */
export function tagBranches(tags: TagEntry[]): TagBranch[] {
  const branches = new Map<string, TagBranch>();
  for (const { path, links } of tags) {
    const levels = path.split("/");
    for (let depth = 0; depth < levels.length; depth++) {
      const above = levels.slice(0, depth + 1).join("/");
      if (!branches.has(above)) branches.set(above, { path: above, name: levels[depth] ?? "", depth });
    }
    const own = branches.get(path);
    if (own) own.links = links;
  }
  return [...branches.values()].sort((a, b) => byLevels(a.path.split("/"), b.path.split("/")));
}

function byLevels(a: string[], b: string[]): number {
  for (const [at, level] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = compare.compare(level, other) || (level < other ? -1 : level > other ? 1 : 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const compare = new Intl.Collator(undefined, { numeric: true });
