// Thumbnails that wait for their snapshot to be committed. In the browser's memory alone (storage.session), as measures are
// (fidelity/measure-store.ts): they survive the end of this background, not that of the browser, and nothing of a page comes
// onto the disk beside the capture. One that is lost makes a snapshot without a thumbnail, nothing else.
import type { NewPicture, Uuid } from "../../protocol/messages.ts";
import type { SessionArea } from "../fidelity/measure-store.ts";

export interface WaitingPicture {
  capture: Uuid;
  picture: Omit<NewPicture, "id">;
  /** Milliseconds since 1970. */
  at: number;
  /** The snapshot is committed: it can be sent. */
  snapshot?: Uuid;
  /** How often it was sent; what a host does not take must not be sent for ever. */
  attempts: number;
}

const prefix = "picture.";
/** storage.session holds 10 MB in all, and measures need most of it. */
export const mostWaiting = 40;

export class PictureStore {
  readonly #area: SessionArea;

  constructor(area: SessionArea) {
    this.#area = area;
  }

  /** The oldest makes room. */
  async put(picture: WaitingPicture): Promise<void> {
    const others = (await this.all()).filter(({ capture }) => capture !== picture.capture);
    const old = others.slice(0, Math.max(0, others.length - mostWaiting + 1));
    if (old.length > 0) await this.#area.remove(old.map(({ capture }) => prefix + capture));
    await this.#area.set({ [prefix + picture.capture]: picture });
  }

  async get(capture: Uuid): Promise<WaitingPicture | undefined> {
    return (await this.all()).find((one) => one.capture === capture);
  }

  /** The oldest first. */
  async all(): Promise<WaitingPicture[]> {
    const items = await this.#area.get(null);
    return Object.entries(items)
      .filter(([key]) => key.startsWith(prefix))
      .map(([, value]) => value as WaitingPicture)
      .sort((one, other) => one.at - other.at);
  }

  async remove(capture: Uuid): Promise<void> {
    await this.#area.remove([prefix + capture]);
  }
}
