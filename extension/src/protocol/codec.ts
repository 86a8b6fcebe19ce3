// Envelopes of docs/protocol.md, in and out. Everything that arrives is unknown until a shape has read it.
import type { Events, EventType, MessageBody, MessageReply, RequestType } from "./messages.ts";
import type { ErrorCode, Reply, WireError } from "./reply.ts";
import { integer, object, optional, type Shape, ShapeError, text } from "./shape.ts";
import { bodies, events, replies, wireError } from "./shapes.ts";

export const protocolVersion = 1;

export interface Request<T extends RequestType = RequestType> {
  v: number;
  id: number;
  type: T;
  body: MessageBody<T>;
}

/** A response of the host as far as its envelope; its body is read by `readReply`, whose type the asker knows. */
export interface Response {
  kind: "response";
  re: number | undefined;
  type: string;
  body?: unknown;
  error?: WireError;
}
export type Event = { [T in EventType]: { kind: "event"; event: T; body: Events[T] } }[EventType];

/** Something that this version doesn't know (`unknown`), or that breaks the protocol (`broken`, with the reason). */
export type Incoming = Response | Event | { kind: "unknown" } | { kind: "broken"; reason: string };

export function request<T extends RequestType>(id: number, type: T, body: MessageBody<T>): Request<T> {
  return { v: protocolVersion, id, type, body };
}

const anything: Shape<unknown> = (value) => value;
const envelope = object<{
  v: number;
  re?: number;
  type?: string;
  event?: string;
  body?: unknown;
  error?: unknown;
}>({
  v: integer(1),
  re: optional(integer(0, 0xffffffff)),
  type: optional(text()),
  event: optional(text()),
  body: anything,
  error: anything,
});

/** Reads one frame from the host. Never throws. */
export function readIncoming(frame: unknown): Incoming {
  try {
    const read = envelope(frame, "");
    if (read.event !== undefined) {
      if (!Object.hasOwn(events, read.event)) return { kind: "unknown" };
      const name = read.event as EventType;
      return { kind: "event", event: name, body: events[name](read.body, "body") } as Event;
    }
    if (read.error !== undefined && read.error !== null) {
      const error = wireError(read.error, "error");
      return { kind: "response", re: read.re, type: read.type ?? "", error };
    }
    if (read.type === undefined || read.re === undefined)
      return { kind: "broken", reason: "no type or no re" };
    return { kind: "response", re: read.re, type: read.type, body: read.body };
  } catch (error) {
    return { kind: "broken", reason: reasonOf(error) };
  }
}

/** The body of a response to a request of type `type`. */
export function readReply<T extends RequestType>(type: T, response: Response): Reply<MessageReply<T>> {
  if (response.error) return { ok: false, error: response.error };
  if (response.type !== type) {
    return { ok: false, error: broken(`the host answered ${response.type} to ${type}`) };
  }
  try {
    return { ok: true, value: replies[type](response.body, "body") };
  } catch (error) {
    return { ok: false, error: broken(`the host's answer to ${type} can't be read: ${reasonOf(error)}`) };
  }
}

/** Reads a request as a host would: its type, or the code with which it is refused. For tests and the HTTP door. */
export function readRequest(frame: unknown): Reply<Request> {
  try {
    const read = object<{ v: number; id: number; type: string; body: unknown }>({
      v: integer(),
      id: integer(0, 0xffffffff),
      type: text(),
      body: anything,
    })(frame, "");
    if (read.v !== protocolVersion) return refuse("unsupported_protocol", `no version ${read.v}`);
    if (!Object.hasOwn(bodies, read.type)) return refuse("unknown_type", `no message ${read.type}`);
    const type = read.type as RequestType;
    return {
      ok: true,
      value: { v: read.v, id: read.id, type, body: bodies[type](read.body, "body") } as Request,
    };
  } catch (error) {
    return refuse(error instanceof ShapeError ? error.code : "bad_request", reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ShapeError) return error.message;
  throw error;
}

function refuse(code: ErrorCode, message: string): { ok: false; error: WireError } {
  return { ok: false, error: { code, message, retry: "never" } };
}

function broken(message: string): WireError {
  return {
    code: "internal",
    message,
    next: "Update the extension and the program so that both are of one version.",
    retry: "never",
  };
}
