// The shapes that several messages share (docs/protocol.md).
import { isBase64 } from "./bytes.ts";
import { defaultLimits, mostRegions } from "./limits.ts";
import type {
  CapturedPage,
  Committed,
  Condition,
  Engine,
  Fidelity,
  FidelityRegion,
  Job,
  JobCounts,
  Limits,
  LinkItem,
  LinkJob,
  NewPicture,
  PageOf,
  PageQuery,
  Part,
  PartRole,
  PartStatus,
  Picture,
  PictureKind,
  Resource,
  Schedule,
  SearchHit,
  SearchReply,
  SnapshotSummary,
  TrashEntry,
  UploadState,
  Uuid,
  Viewport,
} from "./messages.ts";
import { type ErrorCode, errorCodes, type WireError } from "./reply.ts";
import {
  boolean,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  pair,
  type Shape,
  ShapeError,
  text,
} from "./shape.ts";

export const uuid = text({ pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, name: "a uuid" });
export const sha256 = text({ pattern: /^[0-9a-f]{64}$/, name: "a sha256" });
export const crc = text({ pattern: /^[0-9a-f]{8}$/, name: "8 hexadecimal digits" });
export const time = text({
  pattern: /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  name: "an RFC 3339 time",
});
export const anyText = text();
// What a request may carry; a host's answer is bounded by its frame.
export const url = text({ pattern: /./s, name: "an address", limit: defaultLimits.url });
export const title = text({ limit: defaultLimits.title });
export const noteText = text({ limit: defaultLimits.note });
export const tagPath: Shape<string> = (value, path) => {
  const read = text({ limit: defaultLimits.tag })(value, path);
  if (read.split("/").length > defaultLimits.tag_depth) {
    throw new ShapeError(path, `at most ${defaultLimits.tag_depth} levels`, "too_large");
  }
  return read;
};
export const tagPaths = list(tagPath, defaultLimits.tags_per_link);
export const base64: Shape<string> = (value, path) => {
  if (typeof value !== "string" || !isBase64(value)) throw new ShapeError(path, "base64");
  return value;
};
/** Base64 of at most limits.picture bytes. */
const pictureData: Shape<string> = (value, path) => {
  const read = base64(value, path);
  const padding = /=*$/.exec(read)?.[0].length ?? 0;
  if ((read.length / 4) * 3 - padding > defaultLimits.picture) {
    throw new ShapeError(path, `at most ${defaultLimits.picture} bytes`, "too_large");
  }
  return read;
};
export const count = integer();
export const small = integer(0, 0xffffffff);
export const upTo = (limit: number) => integer(0, Number.MAX_SAFE_INTEGER, limit);
export const range: Shape<[number, number]> = (value, path) => {
  const read = pair(small)(value, path);
  if (read[0] > read[1]) throw new ShapeError(path, "from lower to higher");
  return read;
};
export const empty = object<Record<string, never>>({});

export const engines = ["tab", "link_tab", "browser", "fetch", "import"] as const satisfies readonly Engine[];
export const roles = [
  "document",
  "frame",
  "stylesheet",
  "image",
  "font",
  "audio",
  "video",
  "icon",
  "canvas",
  "object",
  "text",
  "thumbnail",
  "other",
] as const satisfies readonly PartRole[];

const roleName = text({ pattern: /^[a-z_]{1,32}$/, name: "a role" });
/** Roles that this version doesn't know are shown as "other". */
export const knownRole: Shape<PartRole> = (value, path) => {
  const name = roleName(value, path);
  return (roles as readonly string[]).includes(name) ? (name as PartRole) : "other";
};
export const status = text({
  pattern:
    /^(ok|no_permission|no_answer|unreachable|http_\d{3}|too_large|blocked|tainted|private_address|timeout|unsupported|changed|not_saved|damaged)$/,
  name: "a part's status",
}) as Shape<PartStatus>;

/** Codes are only added: one that this version doesn't know is treated as `internal`, its words are kept. */
export const code: Shape<ErrorCode> = (value, path) => {
  const name = text({ pattern: /^[a-z_]+$/, name: "an error code" })(value, path);
  return (errorCodes as readonly string[]).includes(name) ? (name as ErrorCode) : "internal";
};
export const wireError = object<WireError>({
  code,
  message: anyText,
  kept: optional(anyText),
  next: optional(anyText),
  retry: oneOf("never", "later", "resume"),
});

const { picture: _later, ...firstLimits } = defaultLimits;
export const limits = object<Limits>({
  ...(Object.fromEntries(Object.keys(firstLimits).map((name) => [name, integer(1)])) as {
    [K in keyof typeof firstLimits]: Shape<number>;
  }),
  picture: optional(integer(1)),
});
export const upload = object<UploadState>({
  upload: small,
  received: count,
  durable: count,
  sha256: optional(sha256),
});
const partNumber = integer(0, 0xffffffff, defaultLimits.parts - 1);
const part = object<Part>({
  n: partNumber,
  parent: optional(partNumber),
  // Whatever its name: roles are only added, and who sends one knows it.
  role: roleName as Shape<PartRole>,
  url: optional(url),
  media_type: optional(anyText),
  status,
  sha256: optional(sha256),
});
export const partToSend: Shape<Part> = (value, path) => {
  const read = part(value, path);
  if ((read.status === "ok") !== (read.sha256 !== undefined)) {
    throw new ShapeError(`${path}.sha256`, 'present exactly when the status is "ok"');
  }
  return read;
};
const positive: Shape<number> = (value, path) => {
  const read = number(value, path);
  if (read <= 0) throw new ShapeError(path, "above zero");
  return read;
};
const viewport = object<Viewport>({ width: small, height: small, scale: positive });
export const page = object<CapturedPage>({
  url,
  title: optional(title),
  taken_at: time,
  engine: oneOf(...engines),
  redirects: optional(list(url)),
  language: optional(anyText),
  viewport: optional(viewport),
  tags: optional(tagPaths),
  note: optional(noteText),
});
const share: Shape<number> = (value, path) => {
  const read = number(value, path);
  if (read < 0 || read > 1) throw new ShapeError(path, "from 0 to 1");
  return read;
};
const pixels = integer(0, 0x7fffffff);
const place = integer(-0x80000000, 0x7fffffff);
const region = object<FidelityRegion>({
  part: partNumber,
  kind: text({ pattern: /^[a-z_]{1,32}$/, name: "a kind of difference" }),
  rect: object<FidelityRegion["rect"]>({ x: place, y: place, width: pixels, height: pixels }),
});
export const fidelity = object<Fidelity>({
  score: share,
  method: oneOf("boxes", "pixels"),
  viewport,
  regions: list(region),
});
export const fidelityToSend: Shape<Fidelity> = (value, path) => {
  const read = fidelity(value, path);
  if (read.regions.length > mostRegions) {
    throw new ShapeError(`${path}.regions`, `at most ${mostRegions} long`);
  }
  return read;
};
export const committed = object<{ capture: Uuid } & Committed>({
  capture: uuid,
  link_id: uuid,
  snapshot_id: uuid,
  new_link: boolean,
  versions: count,
  size_raw: count,
  size_stored: count,
  objects_new: count,
  objects_known: count,
});
export const snapshot = object<SnapshotSummary>({
  id: uuid,
  taken_at: time,
  engine: oneOf(...engines),
  state: oneOf("complete", "partial", "trashed"),
  pictures: optional(list(anyText)),
});
const pictureKind = text({ pattern: /^[a-z_]{1,32}$/, name: "a kind of picture" });
const pictureSide = integer(1, 65_535);
export const picture = object<Picture>({
  kind: pictureKind as Shape<PictureKind>,
  media_type: anyText,
  width: pictureSide,
  height: pictureSide,
  partial: optional(boolean),
  taken_at: time,
  size: count,
});
export const newPicture = object<NewPicture>({
  id: uuid,
  kind: oneOf("thumbnail", "page"),
  media_type: oneOf("image/png", "image/jpeg", "image/webp"),
  width: pictureSide,
  height: pictureSide,
  partial: optional(boolean),
  taken_at: time,
  data: pictureData,
});
export const picturePiece = object<{ id: Uuid; kind: PictureKind; offset: number }>({
  id: uuid,
  kind: pictureKind as Shape<PictureKind>,
  offset: count,
});
const linkJob = object<LinkJob>({
  id: uuid,
  state: oneOf("queued", "running", "failed"),
  attempts: count,
  progress: integer(0, 1000),
  error: optional(wireError),
});
const condition = object<Condition>({
  state: text({ pattern: /^[a-z_]{1,32}$/, name: "a condition" }),
  signs: list(object<Condition["signs"][number]>({ sign: anyText, value: anyText })),
  target: optional(anyText),
  since: time,
  checked_at: time,
});
export const schedule = object<Schedule>({
  link_id: optional(uuid),
  url: optional(anyText),
  title: optional(anyText),
  tag: optional(anyText),
  every: anyText,
  links: count,
  next_at: optional(time),
});
export const check = object<{ checked_at: string; outcome: string; snapshot_id?: Uuid }>({
  checked_at: time,
  outcome: anyText,
  snapshot_id: optional(uuid),
});
export const itemFields: { [K in keyof LinkItem]-?: Shape<LinkItem[K]> } = {
  id: uuid,
  url: anyText,
  title: anyText,
  note: anyText,
  tags: list(anyText),
  created_at: time,
  updated_at: time,
  trashed_at: optional(time),
  snapshots: list(snapshot),
  snapshot_count: count,
  job: optional(linkJob),
  condition: optional(condition),
  shortened: optional(list(oneOf("note", "tags"))),
};
export const item = object<LinkItem>(itemFields);
export const items = object<{ items: LinkItem[] }>({ items: list(item) });
export const hit = object<SearchHit>({
  ...itemFields,
  score: number,
  field: oneOf("text", "title", "note", "url", "tag", ""),
  snippet: anyText,
  matches: list(pair(count)),
  snapshot_id: optional(uuid),
});
export const searchReply = object<SearchReply>({
  items: list(hit),
  next: nullable(anyText),
  total: count,
  indexing: optional(boolean),
});
export const resource = object<Resource>({
  n: small,
  role: knownRole,
  url: anyText,
  sha256: optional(sha256),
  size: optional(count),
  type: anyText,
  status,
});
export const job = object<Job>({
  id: uuid,
  kind: anyText,
  state: oneOf("queued", "running", "done", "failed", "cancelled"),
  link_id: optional(uuid),
  url: anyText,
  attempts: count,
  progress: integer(0, 1000),
  snapshot_id: optional(uuid),
  error: optional(wireError),
  created_at: time,
  updated_at: time,
  not_before: optional(time),
  outcome: optional(anyText),
});
export const jobCounts = object<JobCounts>({
  queued: count,
  running: count,
  done: count,
  failed: count,
  cancelled: count,
});
export const jobsChanged = object<{ jobs: number }>({ jobs: count });

export function pageOf<T>(shape: Shape<T>): Shape<PageOf<T>> {
  return object<PageOf<T>>({ items: list(shape), next: nullable(anyText), total: count });
}
export const pageQuery: { [K in keyof PageQuery]-?: Shape<PageQuery[K]> } = {
  limit: optional(integer(1, 0xffffffff, defaultLimits.page_items)),
  after: optional(anyText),
};
export const ids = object<{ ids: string[] }>({ ids: list(uuid) });
export const move = object<{ from: string; to: string }>({ from: anyText, to: anyText });
export const trashEntry = object<TrashEntry>({
  kind: oneOf("link", "snapshot"),
  id: uuid,
  link_id: uuid,
  url: anyText,
  title: anyText,
  trashed_at: time,
  ends_at: optional(time),
  snapshots: count,
  size_stored: count,
});
export const tag = object<{ path: string; links: number }>({ path: anyText, links: count });
export const oneJob = object<{ job: Job }>({ job });
export const oneId = object<{ id: string }>({ id: uuid });
export const oneCapture = object<{ capture: string }>({ capture: uuid });
