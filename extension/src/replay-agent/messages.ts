// What the library page and the agent in the replayed page say to each other.
export type AgentRequest = { keepleaf: "mark"; words: string[] };

export type AgentReport =
  | { keepleaf: "ready"; title: string }
  | { keepleaf: "link"; url: string }
  | { keepleaf: "marked"; count: number };

export function isAgentReport(value: unknown): value is AgentReport {
  if (typeof value !== "object" || value === null || !("keepleaf" in value)) return false;
  const report = value as Record<string, unknown>;
  switch (report.keepleaf) {
    case "ready":
      return typeof report.title === "string";
    case "link":
      return typeof report.url === "string" && /^https?:/i.test(report.url);
    case "marked":
      return typeof report.count === "number";
    default:
      return false;
  }
}
