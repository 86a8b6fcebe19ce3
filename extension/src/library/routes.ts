// Where the page is, in the part of its address behind "#": so that back, forward, reload and bookmarks work.
export type Route =
  | { view: "list"; query: string }
  | { view: "trash" }
  | { view: "link"; id: string }
  | { view: "jobs" }
  | { view: "snapshot"; id: string; query: string; mode?: SnapshotMode };

/** How a snapshot is looked at; absent: as the page. */
export type SnapshotMode = "reader" | "picture";
const modes: readonly SnapshotMode[] = ["reader", "picture"];

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?");
  const parameters = new URLSearchParams(search);
  const query = parameters.get("q") ?? "";
  const [, view, id, named] = path.split("/");
  if (view === "link" && id) return { view: "link", id };
  if (view === "jobs") return { view: "jobs" };
  if (view === "snapshot" && id) {
    const mode = modes.find((one) => one === named);
    return { view: "snapshot", id, query, ...(mode ? { mode } : {}) };
  }
  return view === "trash" ? { view } : { view: "list", query };
}

export function routeHash(route: Route): string {
  const query = "query" in route && route.query !== "" ? `?${new URLSearchParams({ q: route.query })}` : "";
  if (route.view === "list") return `#/${query}`;
  if (route.view === "trash") return "#/trash";
  if (route.view === "jobs") return "#/jobs";
  const mode = route.view === "snapshot" && route.mode ? `/${route.mode}` : "";
  return `#/${route.view}/${route.id}${mode}${query}`;
}

/** `tag:` filters may hold spaces and slashes: they are quoted as the query language wants it. */
export function tagQuery(path: string): string {
  return `tag:"${path.replaceAll('"', "")}"`;
}
