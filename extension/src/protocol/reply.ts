// A Reply: a value or an error that can be shown. Promises reject only for cancelled work.
export const errorCodes = [
  "internal",
  "bad_request",
  "bad_json",
  "bad_frame",
  "unknown_type",
  "unsupported_protocol",
  "forbidden_caller",
  "too_large",
  "not_found",
  "conflict",
  "gap",
  "checksum_mismatch",
  "digest_mismatch",
  "incomplete",
  "no_space",
  "busy",
  "read_only",
  "newer_format",
  "corrupt",
  "io",
  "cancelled",
  "timeout",
  "network",
  "http_status",
  "private_address",
  "unsupported",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

// What the extension itself can run into before any host answers.
export type LocalErrorCode = "host_missing" | "host_forbidden" | "host_exited" | "disconnected";

export interface WireError {
  code: ErrorCode | LocalErrorCode;
  message: string;
  kept?: string;
  next?: string;
  retry: "never" | "later" | "resume";
}

export type Reply<T> = { ok: true; value: T } | { ok: false; error: WireError };
