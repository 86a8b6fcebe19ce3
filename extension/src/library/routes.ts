// Where the page is, in the part of its address behind "#": so that back, forward, reload and bookmarks work.
export type Route =
  | { view: "list"; query: string; trash: boolean }
  | { view: "link"; id: string }
  | { view: "snapshot"; id: string; query: string };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?");
  const parameters = new URLSearchParams(search);
  const query = parameters.get("q") ?? "";
  const [, view, id] = path.split("/");
  if (view === "link" && id) return { view: "link", id };
  if (view === "snapshot" && id) return { view: "snapshot", id, query };
  return { view: "list", query, trash: view === "trash" };
}

export function routeHash(route: Route): string {
  const query = "query" in route && route.query !== "" ? `?${new URLSearchParams({ q: route.query })}` : "";
  if (route.view === "list") return `#/${route.trash ? "trash" : ""}${query}`;
  return `#/${route.view}/${route.id}${query}`;
}

/** `tag:` filters may hold spaces and slashes: they are quoted as the query language wants it. */
export function tagQuery(path: string): string {
  return `tag:"${path.replaceAll('"', "")}"`;
}
