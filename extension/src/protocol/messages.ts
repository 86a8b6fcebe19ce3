// The messages of docs/protocol.md as types. Hand-written; tests/contract holds them to the schema and the vectors.
// Pure: no browser API, runs under Node unchanged.
import type { WireError } from "./reply.ts";

export type Uuid = string;
export type Sha256 = string;
export type Time = string;
export type Base64 = string;

export type Engine = "tab" | "link_tab" | "browser" | "fetch" | "import";
export type PartRole =
  | "document"
  | "frame"
  | "stylesheet"
  | "image"
  | "font"
  | "audio"
  | "video"
  | "icon"
  | "canvas"
  | "object"
  | "text"
  | "thumbnail"
  | "other";
export type PartStatus =
  | "ok"
  | "no_permission"
  | "no_answer"
  | "unreachable"
  | `http_${number}`
  | "too_large"
  | "blocked"
  | "tainted"
  | "private_address"
  | "timeout"
  | "unsupported"
  | "changed"
  | "not_saved"
  | "damaged";

export interface Limits {
  frame_in: number;
  chunk: number;
  window: number;
  reply: number;
  part: number;
  capture: number;
  parts: number;
  parts_batch: number;
  have_batch: number;
  url: number;
  title: number;
  note: number;
  tag: number;
  tag_depth: number;
  tags_per_link: number;
  text: number;
  page_items: number;
  read: number;
  /** Absent: the host has no place for pictures. */
  picture?: number;
}

export interface Part {
  n: number;
  parent?: number;
  role: PartRole;
  url?: string;
  media_type?: string;
  status: PartStatus;
  sha256?: Sha256;
}

export interface CapturedPage {
  url: string;
  title?: string;
  taken_at: Time;
  engine: Engine;
  redirects?: string[];
  language?: string;
  viewport?: Viewport;
  tags?: string[];
  note?: string;
}

export interface UploadState {
  upload: number;
  received: number;
  durable: number;
  sha256?: Sha256;
}

export interface Committed {
  link_id: Uuid;
  snapshot_id: Uuid;
  new_link: boolean;
  versions: number;
  size_raw: number;
  size_stored: number;
  objects_new: number;
  objects_known: number;
}

export interface SnapshotSummary {
  id: Uuid;
  taken_at: Time;
  engine: Engine;
  state: "complete" | "partial" | "trashed";
  /** Absent: none. */
  pictures?: string[];
}

export interface LinkJob {
  id: Uuid;
  state: "queued" | "running" | "failed";
  attempts: number;
  /** Per mille. */
  progress: number;
  error?: WireError;
}

/** How the page was when Keepleaf last looked by itself (docs/link-rot.md). */
export interface Condition {
  /** One of `conditionStates`, or one that a newer Keepleaf knows. */
  state: string;
  signs: { sign: string; value: string }[];
  /** Where it moved to. */
  target?: string;
  since: Time;
  checked_at: Time;
}

/** Of a link, or of a tag with all below it. */
export interface Schedule {
  link_id?: Uuid;
  url?: string;
  title?: string;
  tag?: string;
  every: string;
  links: number;
  next_at?: Time;
}

export interface LinkItem {
  id: Uuid;
  url: string;
  title: string;
  note: string;
  tags: string[];
  created_at: Time;
  updated_at: Time;
  trashed_at?: Time;
  snapshots: SnapshotSummary[];
  snapshot_count: number;
  /** The newest job, when it has not ended or failed. */
  job?: LinkJob;
  /** Absent: Keepleaf never looked by itself. */
  condition?: Condition;
  shortened?: ("note" | "tags")[];
}

export interface SearchHit extends LinkItem {
  score: number;
  field: "text" | "title" | "note" | "url" | "tag" | "";
  snippet: string;
  matches: [number, number][];
  snapshot_id?: Uuid;
}

export interface PageOf<T> {
  items: T[];
  next: string | null;
  total: number;
}

export interface PageQuery {
  limit?: number;
  after?: string;
}

export interface Resource {
  n: number;
  role: PartRole;
  url: string;
  sha256?: Sha256;
  size?: number;
  type: string;
  status: PartStatus;
}

export interface Viewport {
  /** CSS pixels. */
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  scale: number;
}

/** Where what is shown differs from what was seen; in CSS pixels from the corner of the part's own document. */
export type PictureKind = "thumbnail" | "page";
/** Of what was seen; `width` and `height` in pixels of the picture. */
export interface Picture {
  kind: PictureKind;
  media_type: string;
  width: number;
  height: number;
  /** The page goes on below it. */
  partial?: boolean;
  taken_at: Time;
  size: number;
}
export interface NewPicture extends Omit<Picture, "size" | "media_type"> {
  id: Uuid;
  media_type: "image/png" | "image/jpeg" | "image/webp";
  data: Base64;
}

export interface FidelityRegion {
  part: number;
  /** One of `regionKinds`, or one that a newer Keepleaf knows. */
  kind: string;
  rect: { x: number; y: number; width: number; height: number };
}

export interface Fidelity {
  /** From 0 to 1. */
  score: number;
  method: "boxes" | "pixels";
  viewport: Viewport;
  /** The weightiest first, at most `mostRegions`. */
  regions: FidelityRegion[];
}

export interface Job {
  id: Uuid;
  kind: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  link_id?: Uuid;
  url: string;
  attempts: number;
  progress: number;
  snapshot_id?: Uuid;
  error?: WireError;
  created_at: Time;
  updated_at: Time;
  /** Of one that is queued. */
  not_before?: Time;
  /** Of a check that is done. */
  outcome?: string;
}

export interface JobCounts {
  queued: number;
  running: number;
  done: number;
  failed: number;
  cancelled: number;
}

export interface HelloReply {
  protocol: number;
  host: { version: string; os: string };
  capabilities: string[];
  limits: Limits;
  library: {
    id?: Uuid;
    path: string;
    format: number;
    links: number;
    read_only: boolean;
    error?: WireError;
  };
  free_bytes: number;
  pending: { capture: Uuid; url: string; bytes: number; updated_at: Time }[];
}

/** A link in the trash with all its snapshots, or a snapshot in the trash of a link that is not. */
export interface TrashEntry {
  kind: "link" | "snapshot";
  id: Uuid;
  link_id: Uuid;
  url: string;
  title: string;
  trashed_at: Time;
  /** When it is destroyed by itself. */
  ends_at?: Time;
  snapshots: number;
  size_stored: number;
}

export interface SearchReply extends PageOf<SearchHit> {
  /** The index is being built again: what is not in it yet is not found. */
  indexing?: boolean;
}

export interface LibraryStats {
  links: number;
  trashed_links: number;
  snapshots: number;
  parts: number;
  tags: number;
  objects: number;
  object_bytes_raw: number;
  object_bytes_stored: number;
  part_bytes_raw: number;
  texts: number;
  text_bytes: number;
  database_bytes: number;
  staging_bytes: number;
}

// Every request with its body and its answer. `null` answers mark the one request that is answered by events.
export interface Messages {
  hello: {
    body: {
      protocol: [number, number];
      client: "extension" | "page" | "cli";
      client_version: string;
      browser?: string;
      profile?: Uuid;
      capabilities: string[];
    };
    reply: HelloReply;
  };
  ping: { body: Record<string, never>; reply: Record<string, never> };

  "capture.begin": {
    body: { capture: Uuid; url: string; expected_bytes?: number };
    reply: {
      capture: Uuid;
      state: "new" | "resumed" | "committed";
      uploads: UploadState[];
      committed?: { capture: Uuid } & Committed;
    };
  };
  "capture.have": {
    body: { capture: Uuid; sha256: Sha256[] };
    reply: { capture: Uuid; known: Base64 };
  };
  "capture.chunk": {
    body: { capture: Uuid; upload: number; offset: number; crc32c: string; data: Base64 };
    reply: null;
  };
  "capture.end_upload": {
    body: { capture: Uuid; upload: number; size: number; sha256?: Sha256 };
    reply: { capture: Uuid } & Required<UploadState>;
  };
  "capture.parts": {
    body: { capture: Uuid; parts: Part[] };
    reply: { capture: Uuid; parts: number };
  };
  "capture.commit": {
    body: { capture: Uuid; page: CapturedPage; parts: number };
    reply: { capture: Uuid } & Committed;
  };
  "capture.abort": { body: { capture: Uuid }; reply: { capture: Uuid } };

  "link.lookup": {
    body: { url: string };
    reply: { canonical_url: string; link: LinkItem | null; possible_duplicates: LinkItem[] };
  };
  "link.list": { body: PageQuery & { trashed?: boolean }; reply: PageOf<LinkItem> };
  "link.search": { body: PageQuery & { query: string }; reply: SearchReply };
  "link.show": {
    body: { id: Uuid };
    reply: {
      link: LinkItem;
      snapshots: SnapshotSummary[];
      schedule?: Schedule;
      checks?: { checked_at: Time; outcome: string; snapshot_id?: Uuid }[];
    };
  };
  "link.add": {
    body: {
      url: string;
      title?: string;
      note?: string;
      tags?: string[];
      engine?: "auto" | "fetch" | "browser";
      allowed_hosts?: string[];
      created_at?: string;
    };
    reply: { url: string; link_id: Uuid; job_id: Uuid; new_link: boolean };
  };
  "link.edit": { body: { id: Uuid; title?: string; note?: string }; reply: { items: LinkItem[] } };
  "link.tag": {
    body: { ids: Uuid[]; add?: string[]; remove?: string[] };
    reply: { items: LinkItem[] };
  };
  /** `destroy`: at once and for good, without the trash. */
  "item.remove": { body: { ids: Uuid[]; destroy?: boolean }; reply: { ids: Uuid[] } };
  "item.restore": { body: { ids: Uuid[] }; reply: { ids: Uuid[] } };
  "trash.list": { body: PageQuery; reply: PageOf<TrashEntry> };
  /** Either `ids` or `all`. */
  "trash.empty": {
    body: { ids?: Uuid[]; all?: boolean };
    reply: { links: number; snapshots: number; wiped: boolean };
  };

  "tag.list": {
    body: PageQuery & { prefix?: string };
    reply: PageOf<{ path: string; links: number }>;
  };
  "tag.rename": { body: { from: string; to: string }; reply: { path: string; links: number } };
  "tag.merge": { body: { from: string; to: string }; reply: { path: string; links: number } };
  "tag.move": { body: { from: string; to: string }; reply: { path: string; links: number } };

  "snapshot.show": {
    body: { id: Uuid; after?: number };
    reply: {
      id: Uuid;
      link_id: Uuid;
      url: string;
      title: string;
      taken_at: Time;
      engine: Engine;
      redirects: string[];
      resources: Resource[];
      missing: Resource[];
      next: number | null;
      text_length: number;
      size_raw: number;
      size_stored: number;
      trashed_at?: Time;
      fidelity: Fidelity | null;
      pictures?: Picture[];
    };
  };
  "snapshot.read": {
    body: { id: Uuid; offset: number };
    reply: { id: Uuid; offset: number; size: number; media_type: string; data: Base64 };
  };

  "snapshot.measured": { body: { id: Uuid; fidelity: Fidelity }; reply: { id: Uuid } };
  "snapshot.pictured": { body: NewPicture; reply: { id: Uuid } };
  "snapshot.picture": {
    body: { id: Uuid; kind: PictureKind; offset: number };
    reply: {
      id: Uuid;
      kind: PictureKind;
      offset: number;
      size: number;
      media_type: string;
      data: Base64;
    };
  };

  "job.show": { body: { id: Uuid }; reply: { job: Job } };
  "job.list": {
    body: PageQuery & { state?: Job["state"] };
    reply: PageOf<Job> & { counts: JobCounts };
  };
  "job.cancel": { body: { id: Uuid }; reply: { job: Job } };
  "job.retry": { body: { id: Uuid }; reply: { job: Job } };
  "job.cancel_all": { body: Record<string, never>; reply: { jobs: number } };
  "job.retry_failed": { body: Record<string, never>; reply: { jobs: number } };

  "schedule.list": { body: PageQuery; reply: PageOf<Schedule> };
  "schedule.set": { body: { link_id?: Uuid; tag?: string; every: string }; reply: { schedule: Schedule } };
  "schedule.clear": { body: { link_id?: Uuid; tag?: string }; reply: { cleared: boolean } };
  "schedule.run": { body: { all?: boolean }; reply: { jobs: number } };

  "library.stats": { body: Record<string, never>; reply: LibraryStats };
  /** Changes what is given. `trash_days`: 0 is never. */
  "library.settings": { body: { trash_days?: number }; reply: { trash_days: number } };
  "library.verify": {
    body: { deep?: boolean };
    reply: {
      ok: boolean;
      objects: number;
      snapshots: number;
      bytes: number;
      findings: { kind: string; subject: string; message: string }[];
    };
  };
}

export type RequestType = keyof Messages;
export type MessageBody<T extends RequestType> = Messages[T]["body"];
export type MessageReply<T extends RequestType> = Messages[T]["reply"];

export interface Events {
  "capture.ack": { capture: Uuid; uploads: UploadState[] };
  "capture.failed": { capture: Uuid; error: WireError; uploads: UploadState[] };
  log: { level: "warning" | "error"; message: string };
}
export type EventType = keyof Events;
