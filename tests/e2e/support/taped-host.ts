// The real host behind a tape: whatever the browser sends to it is also written to a file, so that a test can read what a
// capture was made of.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "../../../extension/src/protocol/messages.ts";
import type { Keepleaf } from "./keepleaf.ts";

export interface TapedPart extends Omit<Part, "sha256"> {
  bytes?: Buffer;
}

export class TapedHost {
  readonly #tape: string;

  private constructor(tape: string) {
    this.#tape = tape;
  }

  /** Puts the tape between the browser and the host, before the browser's next port. */
  static async install(keepleaf: Keepleaf, browser: "chromium" | "firefox"): Promise<TapedHost> {
    const folder =
      browser === "chromium" ? "chromium-profile/NativeMessagingHosts" : ".mozilla/native-messaging-hosts";
    const manifest = join(keepleaf.home, folder, "org.keepleaf.host.json");
    const tape = join(keepleaf.home, "tape");
    const script = join(keepleaf.home, "taped-host");
    const written = JSON.parse(await readFile(manifest, "utf8")) as { path: string };
    await writeFile(script, `#!/bin/sh\ntee -a '${tape}' | '${written.path}' "$@"\n`);
    await chmod(script, 0o755);
    await writeFile(manifest, JSON.stringify({ ...written, path: script }));
    return new TapedHost(tape);
  }

  /** The parts of a capture, with the bytes that were sent for them. */
  async parts(capture: string): Promise<TapedPart[]> {
    const uploads = new Map<number, Buffer[]>();
    const digests = new Map<string, number>();
    const parts: Part[] = [];
    for (const { type, body } of messages(await readFile(this.#tape))) {
      if (body.capture !== capture) continue;
      if (type === "capture.chunk") {
        const chunks = uploads.get(body.upload) ?? [];
        chunks.push(Buffer.from(body.data, "base64"));
        uploads.set(body.upload, chunks);
      } else if (type === "capture.end_upload") digests.set(body.sha256, body.upload);
      else if (type === "capture.parts") parts.push(...body.parts);
    }
    return parts.map(({ sha256, ...part }) => {
      if (sha256 === undefined) return part;
      const upload = digests.get(sha256);
      if (upload === undefined) throw new Error(`the bytes of part ${part.n} were not sent`);
      return { ...part, bytes: Buffer.concat(uploads.get(upload) ?? []) };
    });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what the extension says, as it was written
type Sent = { type: string; body: any };

/** Several ports may have written to the tape, one after the other. */
function messages(tape: Buffer): Sent[] {
  const found: Sent[] = [];
  for (let at = 0; at + 4 <= tape.length; ) {
    const length = tape.readUInt32LE(at);
    if (length > 0) found.push(JSON.parse(tape.subarray(at + 4, at + 4 + length).toString()) as Sent);
    at += 4 + length;
  }
  return found;
}
