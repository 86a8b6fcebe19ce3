// Why the host can't be reached, as far as a browser lets an extension know, and what mends it. The words lie in
// _locales; `keepleaf browser doctor` sees the rest from its side.
import browsers from "../../../installer/browsers.json" with { type: "json" };
import type { WireError } from "../protocol/reply.ts";

export type DiagnosisCode =
  | "not_installed"
  | "not_allowed"
  | "exited"
  | "silent"
  | "version"
  | "library"
  | "lost"
  | "other";

export interface Diagnosis {
  code: DiagnosisCode;
  /** What the browser or the host said, in its own words. */
  said: string;
  hostName: string;
  extensionId: string;
  browser: string;
  /** Where this browser looks for the manifest, as a person writes it; empty where it is no folder (Windows). */
  folders: string[];
  commands: string[];
}

export interface Surroundings {
  extensionId: string;
  /** As the browser calls itself: "Firefox", "Chromium", "Google Chrome". */
  browserName: string;
  /** runtime.getPlatformInfo().os */
  os: string;
  isFirefox: boolean;
}

interface Places {
  user?: string[];
  system?: string[];
}
interface BrowserRow {
  name: string;
  title: string;
  family: string;
  linux?: Places;
  macos?: Places;
}

export function diagnose(error: WireError, around: Surroundings): Diagnosis {
  const row = rowOf(around);
  const places = (around.os === "mac" ? row?.macos : around.os === "linux" ? row?.linux : undefined) ?? {};
  const code = codeOf(error, around.isFirefox);
  return {
    code,
    said: error.next ? `${error.message} ${error.next}` : error.message,
    hostName: browsers.host_name,
    extensionId: around.extensionId,
    browser: row?.title ?? around.browserName,
    folders: [...(places.user ?? []), ...(places.system ?? [])].map(asWritten),
    commands:
      code === "not_installed" || code === "not_allowed"
        ? ["keepleaf browser install", "keepleaf browser doctor"]
        : ["keepleaf browser doctor"],
  };
}

function codeOf(error: WireError, isFirefox: boolean): DiagnosisCode {
  switch (error.code) {
    case "host_missing":
      return "not_installed";
    case "host_forbidden":
    case "forbidden_caller":
      return "not_allowed";
    case "host_exited":
      // Firefox says "unexpected error" of a manifest whose program is not there or can't be executed.
      return isFirefox && /unexpected error/i.test(error.message) ? "not_installed" : "exited";
    case "timeout":
      return "silent";
    case "unsupported_protocol":
    case "unknown_type":
      return "version";
    case "corrupt":
    case "newer_format":
    case "read_only":
    case "no_space":
    case "busy":
    case "io":
      return "library";
    case "disconnected":
    case "bad_frame":
      return "lost";
    default:
      return "other";
  }
}

function rowOf({ browserName, isFirefox }: Surroundings): BrowserRow | undefined {
  const family = isFirefox ? "firefox" : "chromium";
  const rows: BrowserRow[] = browsers.browsers;
  const wanted = browserName.toLowerCase();
  return (
    rows.find((row) => row.family === family && row.title.toLowerCase() === wanted) ??
    rows.find((row) => row.family === family && wanted.includes(row.name)) ??
    rows.find((row) => row.name === family)
  );
}

function asWritten(place: string): string {
  return place.replace("{home}", "~").replace("{config}", "~/.config").replace("{data}", "~/.local/share");
}
