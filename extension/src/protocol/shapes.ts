// The shape of every message of docs/protocol.md: what messages.ts says to the compiler, said to values from outside.
// The compiler holds the two together (a missing or wrongly typed field does not compile), tests/contract holds both
// to the schema and the vectors.
import { isBase64 } from "./bytes.ts";
import { defaultLimits } from "./limits.ts";
import type {
  CapturedPage,
  Committed,
  Engine,
  Events,
  EventType,
  HelloReply,
  Job,
  LibraryStats,
  Limits,
  LinkItem,
  MessageBody,
  MessageReply,
  PageOf,
  PageQuery,
  Part,
  PartRole,
  PartStatus,
  RequestType,
  Resource,
  SearchHit,
  SnapshotSummary,
  UploadState,
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

const uuid = text({ pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, name: "a uuid" });
const sha256 = text({ pattern: /^[0-9a-f]{64}$/, name: "a sha256" });
const crc = text({ pattern: /^[0-9a-f]{8}$/, name: "8 hexadecimal digits" });
const time = text({
  pattern: /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  name: "an RFC 3339 time",
});
const anyText = text();
const base64: Shape<string> = (value, path) => {
  if (typeof value !== "string" || !isBase64(value)) throw new ShapeError(path, "base64");
  return value;
};
const count = integer();
const small = integer(0, 0xffffffff);
const empty = object<Record<string, never>>({});

const engines = ["tab", "link_tab", "browser", "fetch", "import"] as const satisfies readonly Engine[];
const roles = [
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

/** Roles that this version doesn't know are shown as "other". */
const knownRole: Shape<PartRole> = (value, path) => {
  const name = text({ pattern: /^[a-z_]{1,32}$/, name: "a role" })(value, path);
  return (roles as readonly string[]).includes(name) ? (name as PartRole) : "other";
};
const status = text({
  pattern:
    /^(ok|no_permission|no_answer|unreachable|http_\d{3}|too_large|blocked|tainted|private_address|timeout|unsupported|changed)$/,
  name: "a part's status",
}) as Shape<PartStatus>;

/** Codes are only added: one that this version doesn't know is treated as `internal`, its words are kept. */
const code: Shape<ErrorCode> = (value, path) => {
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

const limits = object<Limits>(
  Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, integer(1)])) as {
    [K in keyof Limits]: Shape<number>;
  },
);
const upload = object<UploadState>({
  upload: small,
  received: count,
  durable: count,
  sha256: optional(sha256),
});
const part = object<Part>({
  n: small,
  parent: optional(small),
  role: knownRole,
  url: optional(anyText),
  media_type: optional(anyText),
  status,
  sha256: optional(sha256),
});
const partToSend: Shape<Part> = (value, path) => {
  const read = part(value, path);
  if ((read.status === "ok") !== (read.sha256 !== undefined)) {
    throw new ShapeError(`${path}.sha256`, 'present exactly when the status is "ok"');
  }
  return read;
};
const page = object<CapturedPage>({
  url: anyText,
  title: optional(anyText),
  taken_at: time,
  engine: oneOf(...engines),
  redirects: optional(list(anyText)),
  language: optional(anyText),
  viewport: optional(
    object<{ width: number; height: number; scale: number }>({ width: small, height: small, scale: number }),
  ),
  tags: optional(list(anyText)),
  note: optional(anyText),
});
const committedFields: { [K in keyof Committed]-?: Shape<Committed[K]> } = {
  link_id: uuid,
  snapshot_id: uuid,
  new_link: boolean,
  versions: count,
  size_raw: count,
  size_stored: count,
  objects_new: count,
  objects_known: count,
};
const snapshot = object<SnapshotSummary>({
  id: uuid,
  taken_at: time,
  engine: oneOf(...engines),
  state: oneOf("complete", "partial", "trashed"),
});
const itemFields: { [K in keyof LinkItem]-?: Shape<LinkItem[K]> } = {
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
};
const item = object<LinkItem>(itemFields);
const items = object<{ items: LinkItem[] }>({ items: list(item) });
const hit = object<SearchHit>({
  ...itemFields,
  score: number,
  field: oneOf("text", "title", "note", "url", "tag", ""),
  snippet: anyText,
  matches: list(pair(count)),
  snapshot_id: optional(uuid),
});
const resource = object<Resource>({
  n: small,
  role: knownRole,
  url: anyText,
  sha256: optional(sha256),
  size: optional(count),
  type: anyText,
  status,
});
const job = object<Job>({
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
});

function pageOf<T>(shape: Shape<T>): Shape<PageOf<T>> {
  return object<PageOf<T>>({ items: list(shape), next: nullable(anyText), total: count });
}
const pageQuery: { [K in keyof PageQuery]-?: Shape<PageQuery[K]> } = {
  limit: optional(integer(1)),
  after: optional(anyText),
};
const ids = object<{ ids: string[] }>({ ids: list(uuid) });
const move = object<{ from: string; to: string }>({ from: anyText, to: anyText });
const tag = object<{ path: string; links: number }>({ path: anyText, links: count });
const oneJob = object<{ job: Job }>({ job });
const oneId = object<{ id: string }>({ id: uuid });
const oneCapture = object<{ capture: string }>({ capture: uuid });

export const bodies: { [T in RequestType]: Shape<MessageBody<T>> } = {
  hello: object<MessageBody<"hello">>({
    protocol: pair(small),
    client: oneOf("extension", "page", "cli"),
    client_version: anyText,
    browser: optional(anyText),
    profile: optional(uuid),
    capabilities: list(anyText),
  }),
  ping: empty,
  "capture.begin": object<MessageBody<"capture.begin">>({
    capture: uuid,
    url: anyText,
    expected_bytes: optional(count),
  }),
  "capture.have": object<MessageBody<"capture.have">>({
    capture: uuid,
    sha256: list(sha256, defaultLimits.have_batch),
  }),
  "capture.chunk": object<MessageBody<"capture.chunk">>({
    capture: uuid,
    upload: small,
    offset: count,
    crc32c: crc,
    data: base64,
  }),
  "capture.end_upload": object<MessageBody<"capture.end_upload">>({
    capture: uuid,
    upload: small,
    size: count,
    sha256: optional(sha256),
  }),
  "capture.parts": object<MessageBody<"capture.parts">>({
    capture: uuid,
    parts: list(partToSend, defaultLimits.parts_batch),
  }),
  "capture.commit": object<MessageBody<"capture.commit">>({ capture: uuid, page, parts: small }),
  "capture.abort": oneCapture,
  "link.lookup": object<MessageBody<"link.lookup">>({ url: anyText }),
  "link.list": object<MessageBody<"link.list">>({ ...pageQuery, trashed: optional(boolean) }),
  "link.search": object<MessageBody<"link.search">>({ ...pageQuery, query: anyText }),
  "link.show": oneId,
  "link.add": object<MessageBody<"link.add">>({
    url: anyText,
    title: optional(anyText),
    note: optional(anyText),
    tags: optional(list(anyText)),
    engine: optional(oneOf("auto", "fetch", "browser")),
    allowed_hosts: optional(list(anyText)),
  }),
  "link.edit": object<MessageBody<"link.edit">>({
    id: uuid,
    title: optional(anyText),
    note: optional(anyText),
  }),
  "link.tag": object<MessageBody<"link.tag">>({
    ids: list(uuid),
    add: optional(list(anyText)),
    remove: optional(list(anyText)),
  }),
  "item.remove": ids,
  "item.restore": ids,
  "tag.list": object<MessageBody<"tag.list">>({ ...pageQuery, prefix: optional(anyText) }),
  "tag.rename": move,
  "tag.merge": move,
  "tag.move": move,
  "snapshot.show": object<MessageBody<"snapshot.show">>({ id: uuid, after: optional(count) }),
  "snapshot.read": object<MessageBody<"snapshot.read">>({ id: uuid, offset: count }),
  "job.show": oneId,
  "job.list": object<MessageBody<"job.list">>(pageQuery),
  "job.cancel": oneId,
  "library.stats": empty,
  "library.verify": object<MessageBody<"library.verify">>({ deep: optional(boolean) }),
};

export const replies: { [T in RequestType]: Shape<MessageReply<T>> } = {
  hello: object<HelloReply>({
    protocol: small,
    host: object<HelloReply["host"]>({ version: anyText, os: anyText }),
    capabilities: list(anyText),
    limits,
    library: object<HelloReply["library"]>({
      id: optional(uuid),
      path: anyText,
      format: count,
      links: count,
      read_only: boolean,
      error: optional(wireError),
    }),
    free_bytes: count,
    pending: list(
      object<HelloReply["pending"][number]>({ capture: uuid, url: anyText, bytes: count, updated_at: time }),
    ),
  }),
  ping: empty,
  "capture.begin": object<MessageReply<"capture.begin">>({
    capture: uuid,
    state: oneOf("new", "resumed", "committed"),
    uploads: list(upload),
    committed: optional(object<Committed>(committedFields)),
  }),
  "capture.have": object<MessageReply<"capture.have">>({ capture: uuid, known: base64 }),
  "capture.chunk": () => null,
  "capture.end_upload": object<MessageReply<"capture.end_upload">>({
    capture: uuid,
    upload: small,
    received: count,
    durable: count,
    sha256,
  }),
  "capture.parts": object<MessageReply<"capture.parts">>({ capture: uuid, parts: count }),
  "capture.commit": object<MessageReply<"capture.commit">>({ capture: uuid, ...committedFields }),
  "capture.abort": oneCapture,
  "link.lookup": object<MessageReply<"link.lookup">>({
    canonical_url: anyText,
    link: nullable(item),
    possible_duplicates: list(item),
  }),
  "link.list": pageOf(item),
  "link.search": pageOf(hit),
  "link.show": object<MessageReply<"link.show">>({ link: item, snapshots: list(snapshot) }),
  "link.add": object<MessageReply<"link.add">>({
    url: anyText,
    link_id: uuid,
    job_id: uuid,
    new_link: boolean,
  }),
  "link.edit": items,
  "link.tag": items,
  "item.remove": ids,
  "item.restore": ids,
  "tag.list": pageOf(tag),
  "tag.rename": tag,
  "tag.merge": tag,
  "tag.move": tag,
  "snapshot.show": object<MessageReply<"snapshot.show">>({
    id: uuid,
    link_id: uuid,
    url: anyText,
    title: anyText,
    taken_at: time,
    engine: oneOf(...engines),
    redirects: list(anyText),
    resources: list(resource),
    missing: list(resource),
    next: nullable(count),
    text_length: count,
    size_raw: count,
    size_stored: count,
    trashed_at: optional(time),
    fidelity: () => null,
  }),
  "snapshot.read": object<MessageReply<"snapshot.read">>({
    id: uuid,
    offset: count,
    size: count,
    media_type: anyText,
    data: base64,
  }),
  "job.show": oneJob,
  "job.list": pageOf(job),
  "job.cancel": oneJob,
  "library.stats": object<LibraryStats>({
    links: count,
    trashed_links: count,
    snapshots: count,
    parts: count,
    tags: count,
    objects: count,
    object_bytes_raw: count,
    object_bytes_stored: count,
    part_bytes_raw: count,
    texts: count,
    text_bytes: count,
    database_bytes: count,
    staging_bytes: count,
  }),
  "library.verify": object<MessageReply<"library.verify">>({
    ok: boolean,
    objects: count,
    snapshots: count,
    bytes: count,
    findings: list(
      object<{ kind: string; subject: string; message: string }>({
        kind: anyText,
        subject: anyText,
        message: anyText,
      }),
    ),
  }),
};

export const events: { [T in EventType]: Shape<Events[T]> } = {
  "capture.ack": object<Events["capture.ack"]>({ capture: uuid, uploads: list(upload) }),
  "capture.failed": object<Events["capture.failed"]>({
    capture: uuid,
    error: wireError,
    uploads: list(upload),
  }),
  log: object<Events["log"]>({ level: oneOf("warning", "error"), message: anyText }),
};
