// What the popup and the options page say to the background, and what they are told. Only pages of this extension are
// heard (ui-server.ts).

import type { CaptureScope } from "../capture/scope.ts";
import type { Committed, HelloReply, Uuid } from "../protocol/messages.ts";
import type { WireError } from "../protocol/reply.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Edits } from "./outbox-store.ts";
import type { Refusal } from "./page-kind.ts";

export const popupPort = "keepleaf.popup";

export type JobStage =
  | "reading" // the page is being read
  | "resources" // its images, fonts and sheets are
  | "waiting" // complete, in the outbox
  | "sending"
  | "kept"
  | "undone"
  | "refused" // can't be kept, see `refusal`
  | "failed"; // was not kept, see `failure` or `error`

/** Why nothing was kept, beyond refusals by address: message keys of _locales. */
export type Failure =
  | Refusal
  | "page_protected"
  | "page_needs_access"
  | "file_needs_access"
  | "page_gone"
  | "page_loading"
  | "frame_needs_access"
  | "nothing_selected"
  | "cancelled"
  | "internal"
  | "outbox_full"
  | "disk_full";

export interface JobView {
  capture: Uuid;
  tabId: number;
  url: string;
  title: string;
  /** Absent: all of the page. */
  scope?: CaptureScope;
  /** Milliseconds since 1970. */
  startedAt: number;
  stage: JobStage;
  done: number;
  total: number;
  failure?: Failure;
  /** Why it waits or failed, when a host said so or could not be reached. */
  error?: WireError;
  committed?: Committed;
  /** Undone without the trash. */
  destroyed?: boolean;
  /** Milliseconds since 1970. */
  keptAt?: number;
  /** Parts without bytes, and those of them that access to other sites would have given. */
  missing: number;
  missingForAccess: number;
  /** How what is kept compares with what was seen, from 0 to 1; absent until it is known. */
  fidelity?: number;
  /** The library has a picture of what was seen. */
  pictured?: boolean;
  edits: Edits;
}

export type Question = { kind: "ask_first" | "private" } | { kind: "frames"; sites: string[] };

export interface WaitingView {
  capture: Uuid;
  kind: "page" | "link";
  url: string;
  title: string;
  bytes: number;
  createdAt: number;
  error?: WireError;
}

export interface Notice {
  kind: "interrupted" | "link_handed_over" | "link_failed" | "refused" | "private_unasked" | "frames_missing";
  url: string;
  title: string;
  /** Milliseconds since 1970. */
  at: number;
  failure?: Failure;
}

export interface PopupView {
  page: { tabId: number; url: string; title: string; private: boolean };
  question: Question | null;
  job: JobView | null;
  /** `job` is from within the last minute: nothing was started. */
  recent: boolean;
  /** The frame in which something is selected. */
  selectionIn: number | null;
  waiting: WaitingView[];
  notices: Notice[];
  diagnosis: Diagnosis | null;
}

export type FromPopup =
  | { do: "open"; tabId: number }
  | { do: "start" }
  /** The browser is asking the person; the popup may close under its question. */
  | { do: "asking_access" }
  | { do: "access_answered"; granted: boolean }
  | { do: "keep_again"; instead: boolean }
  /** In place of the whole page, if that was kept already. */
  | { do: "keep_selection" }
  | { do: "edit"; capture: Uuid; edits: Edits }
  | { do: "undo"; capture: Uuid }
  | { do: "retry" }
  | { do: "discard"; capture: Uuid };

export type ToPopup = { view: PopupView };

// ---- several pages at once

export const severalPort = "keepleaf.several";

export interface BatchEntry {
  url: string;
  title: string;
  state:
    | "queued"
    | "reading"
    | "waiting" // complete, on its way to the library
    | "kept"
    | "handed_over" // the library's program fetches it
    | "refused" // see `failure`
    | "skipped";
  failure?: Failure;
}

export interface BatchView {
  entries: BatchEntry[];
  /** Something is still to be read. */
  running: boolean;
}

export type FromSeveral =
  /** All tabs of the window in which the page is that says so, but for itself. */
  { do: "tabs" } | { do: "urls"; urls: string[] } | { do: "stop" };

export type ToSeveral = { batch: BatchView };

/** One question by runtime.sendMessage: is the host there? */
export interface HostQuestion {
  to: "keepleaf.host";
}
export type HostAnswer = { ok: true; hello: HelloReply } | { ok: false; diagnosis: Diagnosis };
