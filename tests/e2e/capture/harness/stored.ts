// What a capture would have stored, made easy to ask.
import type { PartDraft } from "../../../../extension/src/background/capture-writer.ts";
import type { Outcome } from "./orders.ts";

export class Stored {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    this.outcome = outcome;
  }

  get parts(): PartDraft[] {
    if (!this.outcome.parts) throw new Error(`the capture failed: ${JSON.stringify(this.outcome.error)}`);
    return this.outcome.parts;
  }

  bytes(part: PartDraft | undefined): Buffer {
    const object = part?.object;
    const bytes = object === undefined ? undefined : this.outcome.objects?.[Number(object)];
    if (bytes === undefined) throw new Error(`no bytes: ${JSON.stringify(part)}`);
    return Buffer.from(bytes, "base64");
  }

  text(part: PartDraft | undefined): string {
    return this.bytes(part).toString("utf8");
  }

  /** The page itself. */
  get html(): string {
    return this.text(this.parts[0]);
  }

  part(n: number): PartDraft {
    const found = this.parts.find((part) => part.n === n);
    if (!found) throw new Error(`no part ${n}`);
    return found;
  }

  /** The part whose address ends so. */
  at(suffix: string): PartDraft | undefined {
    return this.parts.find((part) => part.url?.endsWith(suffix));
  }

  /** The part that a text names right after `before`. */
  named(text: string, before: string): PartDraft {
    const from = text.indexOf(before);
    const number = from < 0 ? undefined : /keepleaf-part:(\d+)/.exec(text.slice(from))?.[1];
    if (number === undefined) throw new Error(`${before} names no part in ${text}`);
    return this.part(Number(number));
  }
}
