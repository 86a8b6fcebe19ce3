// What the library page and the agent in the replayed page say to each other.
export interface AgentRequest {
  keepleaf: "show";
  /** What was searched for: to be marked. */
  words: string[];
  /** What to say in place of media that are kept, but too big for replay. */
  held: string;
}

export type AgentReport =
  | { keepleaf: "ready"; title: string }
  | { keepleaf: "link"; url: string }
  /** The request was carried out: so many places are marked, so many media stand for what is held back. */
  | { keepleaf: "shown"; marked: number; held: number };

export function isAgentRequest(value: unknown): value is AgentRequest {
  if (typeof value !== "object" || value === null) return false;
  const { keepleaf, words, held } = value as Record<string, unknown>;
  return (
    keepleaf === "show" &&
    typeof held === "string" &&
    Array.isArray(words) &&
    words.every((word) => typeof word === "string")
  );
}

export function isAgentReport(value: unknown): value is AgentReport {
  if (typeof value !== "object" || value === null || !("keepleaf" in value)) return false;
  const report = value as Record<string, unknown>;
  switch (report.keepleaf) {
    case "ready":
      return typeof report.title === "string";
    case "link":
      return typeof report.url === "string" && /^https?:/i.test(report.url);
    case "shown":
      return typeof report.marked === "number" && typeof report.held === "number";
    default:
      return false;
  }
}
