// Has the live page measured in all its frames: once when it was read, and again a little later, to know what changes by
// itself. Never in the way of the capture: what does not answer is not compared.

import type { MessagePortLike } from "../../capture/frame/messages.ts";
import type { FromMeasured, ToMeasured } from "../../capture/measure/messages.ts";
import type { DocumentMeasure } from "../../capture/measure/types.ts";
import { type CollectedPart, livePage } from "./live-page.ts";
import type { LivePage } from "./pages.ts";

/** For each of the two measures of a frame; pages with a busy main thread are not worth more of its time. */
const patience = 5_000;
/** Milliseconds between the two: a clock has gone on by then. */
const pause = 1_100;

export class LiveMeasure {
  private readonly connect_: (frameId: number) => MessagePortLike<FromMeasured>;
  private readonly frameIds_: readonly number[];
  private readonly pause_: number;
  private frames_: FrameMeasure[] = [];

  constructor(
    frameIds: readonly number[],
    connect: (frameId: number) => MessagePortLike<FromMeasured>,
    between = pause,
  ) {
    this.frameIds_ = frameIds;
    this.connect_ = connect;
    this.pause_ = between;
  }

  /** The page was read. */
  start(): void {
    this.frames_ = this.frameIds_.map((frameId) => new FrameMeasure(frameId, this.connect_(frameId)));
  }

  /** The parts are numbered. Null when the page itself could not be measured. Ends the measuring. */
  async finish(parts: readonly CollectedPart[]): Promise<LivePage | null> {
    try {
      const measured = await Promise.all(this.frames_.map((frame) => frame.whole(this.pause_)));
      return livePage(
        measured.filter((one) => one !== null),
        parts,
      );
    } finally {
      this.close();
    }
  }

  close(): void {
    for (const frame of this.frames_) frame.close();
    this.frames_ = [];
  }
}

export interface MeasuredFrame {
  frameId: number;
  measure: DocumentMeasure;
  moving: number[];
}

class FrameMeasure {
  private readonly frameId_: number;
  private readonly port_: MessagePortLike<FromMeasured>;
  private readonly first_: Promise<FromMeasured | null>;
  private answered_: (message: FromMeasured | null) => void = () => undefined;
  private gone_ = false;

  constructor(frameId: number, port: MessagePortLike<FromMeasured>) {
    this.frameId_ = frameId;
    this.port_ = port;
    port.onMessage.addListener((message) => this.answered_(message));
    port.onDisconnect.addListener(() => {
      this.gone_ = true;
      this.answered_(null);
    });
    this.first_ = this.ask_({ op: "measure" });
  }

  async whole(between: number): Promise<MeasuredFrame | null> {
    const first = await this.first_;
    if (!first || !("measure" in first)) return null;
    await new Promise((resolve) => setTimeout(resolve, between));
    const second = await this.ask_({ op: "again" });
    const moving = second && "moving" in second ? second.moving : [];
    return { frameId: this.frameId_, measure: first.measure, moving };
  }

  close(): void {
    if (!this.gone_) this.port_.disconnect();
    this.gone_ = true;
  }

  private ask_(message: ToMeasured): Promise<FromMeasured | null> {
    return new Promise((resolve) => {
      if (this.gone_) {
        resolve(null);
        return;
      }
      const timer = setTimeout(() => this.answered_(null), patience);
      this.answered_ = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.port_.postMessage(message);
    });
  }
}
