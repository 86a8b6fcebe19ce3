// Small readers for values that came from outside. A shape takes an unknown value and gives it back as T, with only
// the fields that it knows, or throws a ShapeError that names the field. `null` counts as absent (docs/protocol.md).
import { utf8Length } from "./limits.ts";

export type Shape<T> = (value: unknown, path: string) => T;

export class ShapeError extends Error {
  readonly code: "bad_request" | "bad_json" | "too_large";
  constructor(path: string, expected: string, code: ShapeError["code"] = "bad_request") {
    super(`${path || "message"} should be ${expected}`);
    this.name = "ShapeError";
    this.code = code;
  }
}

export function text(options: { pattern?: RegExp; name?: string; limit?: number } = {}): Shape<string> {
  const { pattern, name = "text", limit } = options;
  return (value, path) => {
    if (typeof value !== "string") throw new ShapeError(path, name);
    if (!value.isWellFormed()) throw new ShapeError(path, "text without lone surrogates", "bad_json");
    if (pattern && !pattern.test(value)) throw new ShapeError(path, name);
    if (limit !== undefined && utf8Length(value) > limit) {
      throw new ShapeError(path, `at most ${limit} bytes`, "too_large");
    }
    return value;
  };
}

/** `limit`: the largest value that a limit allows; `max`: the largest that the field can hold. */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER, limit = max): Shape<number> {
  return (value, path) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw new ShapeError(path, `a whole number from ${min} to ${max}`);
    }
    if ((value as number) > limit) throw new ShapeError(path, `at most ${limit}`, "too_large");
    return value as number;
  };
}

export const number: Shape<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new ShapeError(path, "a number");
  return value;
};

export const boolean: Shape<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ShapeError(path, "true or false");
  return value;
};

export function oneOf<T extends string>(...values: readonly T[]): Shape<T> {
  return (value, path) => {
    if (!values.includes(value as T)) throw new ShapeError(path, `one of ${values.join(", ")}`);
    return value as T;
  };
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : shape(value, path));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === undefined || value === null ? null : shape(value, path));
}

export function list<T>(shape: Shape<T>, max = Number.MAX_SAFE_INTEGER): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ShapeError(path, "a list");
    if (value.length > max) throw new ShapeError(path, `at most ${max} long`, "too_large");
    return value.map((item, index) => shape(item, `${path}[${index}]`));
  };
}

export function pair<T>(shape: Shape<T>): Shape<[T, T]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length !== 2) throw new ShapeError(path, "a pair");
    return [shape(value[0], `${path}[0]`), shape(value[1], `${path}[1]`)];
  };
}

export function object<T extends object>(fields: { [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const entries = Object.entries(fields) as [string, Shape<unknown>][];
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ShapeError(path, "an object");
    }
    const read: Record<string, unknown> = {};
    for (const [key, shape] of entries) {
      const field = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      const result = shape(field, path ? `${path}.${key}` : key);
      if (result !== undefined) read[key] = result;
    }
    return read as T;
  };
}
