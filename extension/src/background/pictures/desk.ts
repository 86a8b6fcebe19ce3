// Takes a picture of every page at the moment of the click, and gives it to the host as the snapshot's thumbnail once that is
// committed. Never in the way: the shot is taken beside the capture, made small when the page was read, and whatever goes
// wrong, the snapshot is there and merely has no thumbnail.
import { isWholePage } from "../../capture/scope.ts";
import type { LibraryApi } from "../../library/api/library-api.ts";
import { toBase64 } from "../../protocol/bytes.ts";
import type { NewPicture, Uuid } from "../../protocol/messages.ts";
import type { Target } from "../capture-controller.ts";
import type { PictureStore } from "./picture-store.ts";
import type { DrawnPicture } from "./thumbnail.ts";

export interface PictureDeskParts {
  store: PictureStore;
  api: LibraryApi;
  /** Whether the host has a place for pictures. */
  hostKnows(): Promise<boolean>;
  /** Whether the person wants thumbnails. */
  wanted(): Promise<boolean>;
  shoot(tabId: number): Promise<Blob | null>;
  showsSecret(tabId: number): Promise<boolean>;
  small(shot: Blob): Promise<DrawnPicture>;
  /** Resolves when the document was read, */
  read(capture: Uuid): Promise<void>;
  /** … and when the page is neither read nor sent any more. */
  settled(capture: Uuid): Promise<void>;
  /** The host has it. */
  pictured(capture: Uuid): void;
  now(): number;
}

const mostAttempts = 2;

export class PictureDesk {
  readonly #parts: PictureDeskParts;
  /** Captures whose picture is being made, with the snapshot as soon as there is one. */
  readonly #making = new Map<Uuid, Uuid | undefined>();

  constructor(parts: PictureDeskParts) {
    this.#parts = parts;
  }

  /** The page is about to be read. Of a part of a page there is no picture: it would show the rest as well. */
  async begun(capture: Uuid, { tabId, scope }: Pick<Target, "tabId" | "scope">): Promise<void> {
    if (scope && !isWholePage(scope)) return;
    this.#making.set(capture, undefined);
    try {
      const picture = await this.#make(capture, tabId).catch(() => null);
      // Forgotten meanwhile: undone, or nothing was kept.
      if (!picture || !this.#making.has(capture)) return;
      const snapshot = this.#making.get(capture);
      const at = this.#parts.now();
      await this.#parts.store.put({ capture, picture, at, attempts: 0, ...(snapshot ? { snapshot } : {}) });
      if (!this.#making.has(capture)) return this.#parts.store.remove(capture);
      // The commit may have come while it was stored.
      const committed = this.#making.get(capture);
      this.#making.delete(capture);
      if (committed) await this.#send(capture, committed);
    } finally {
      this.#making.delete(capture);
    }
  }

  async committed(capture: Uuid, snapshot: Uuid): Promise<void> {
    if (this.#making.has(capture)) this.#making.set(capture, snapshot);
    else await this.#send(capture, snapshot);
  }

  async forget(capture: Uuid): Promise<void> {
    this.#making.delete(capture);
    await this.#parts.store.remove(capture);
  }

  /** Sends what an earlier background did not come to. */
  async resume(): Promise<void> {
    for (const { capture, snapshot } of await this.#parts.store.all()) {
      if (snapshot) await this.#send(capture, snapshot);
    }
  }

  async #make(capture: Uuid, tabId: number): Promise<Omit<NewPicture, "id"> | null> {
    const { wanted, shoot, read, showsSecret, small, settled, now } = this.#parts;
    if (!(await wanted())) return null;
    const taken = new Date(now()).toISOString();
    const shot = await shoot(tabId);
    if (!shot) return null;
    // Not at once: the page is just being asked to read itself.
    await read(capture);
    if (await showsSecret(tabId)) return null;
    await settled(capture);
    if (!this.#making.has(capture)) return null;
    const { blob, width, height } = await small(shot);
    const media_type = blob.type as NewPicture["media_type"];
    const data = toBase64(new Uint8Array(await blob.arrayBuffer()));
    return { kind: "thumbnail", media_type, width, height, taken_at: taken, data };
  }

  async #send(capture: Uuid, snapshot: Uuid): Promise<void> {
    const { store, api, hostKnows, pictured } = this.#parts;
    const waiting = await store.get(capture);
    if (!waiting) return;
    const attempts = waiting.attempts + 1;
    await store.put({ ...waiting, snapshot, attempts });
    if (!(await hostKnows())) return attempts < mostAttempts ? undefined : store.remove(capture);
    const reply = await api.request("snapshot.pictured", { id: snapshot, ...waiting.picture });
    // A host that went away is asked once more by the next background.
    const again = !reply.ok && reply.error.retry !== "never" && attempts < mostAttempts;
    if (!again) await store.remove(capture);
    if (reply.ok) pictured(capture);
  }
}
