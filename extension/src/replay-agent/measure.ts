// The agent's half of measuring a replay (docs/fidelity-measure.md): asked by its parent, it measures its document, sees
// to it that the frames below have agents too, asks those, and hands their answers on.
import { framesOf, measureReplay } from "../capture/measure/measure.ts";
import { inSlices } from "../capture/measure/slices.ts";
import { walk } from "../capture/measure/walk.ts";
import { documentIn, giveAgent } from "./frames.ts";
import {
  isMeasureReport,
  isMeasureRequest,
  type MeasureReport,
  type MeasureRequest,
} from "./measure-messages.ts";
import { isAgentReport } from "./messages.ts";
import { settle, within } from "./settle.ts";

const platform = {
  shadowRoot: (element: Element) => element.shadowRoot,
  adoptedSheets: (scope: Document | ShadowRoot) => [...scope.adoptedStyleSheets],
};

/** Call while the agent's script runs: the frames below get the same one. */
export function serveMeasure(document: Document): void {
  const source = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
  const frames = new FramesBelow(source);
  let asked = false;
  addEventListener("message", ({ source: from, data }: MessageEvent<unknown>) => {
    if (from !== parent) frames.hear(from, data);
    else if (!asked && isMeasureRequest(data)) {
      asked = true;
      void answer(document, data, frames);
    }
  });
}

async function answer(document: Document, request: MeasureRequest, below: FramesBelow): Promise<void> {
  const { found } = await inSlices(walk(document, platform.shadowRoot));
  const answered = below.ask(framesOf(found), request);
  await settle(document);
  const measure = await measureReplay(window, platform, request.wanted);
  report({ keepleaf: "measured", path: [], measure });
  await answered;
  report({ keepleaf: "measured_all" });
}

function report(message: MeasureReport): void {
  parent.postMessage(message, "*"); // the frame has no origin; the parent checks the source instead
}

interface FrameBelow {
  ordinal: number;
  ready: () => void;
  done: () => void;
}

class FramesBelow {
  private readonly source_: string;
  /** Agents that were there before anybody asked. */
  private readonly early_ = new Set<MessageEventSource>();
  private readonly asked_ = new Map<MessageEventSource, FrameBelow>();

  constructor(source: string) {
    this.source_ = source;
  }

  hear(from: MessageEventSource | null, data: unknown): void {
    if (!from) return;
    const frame = this.asked_.get(from);
    if (isAgentReport(data) && data.keepleaf === "ready") {
      this.early_.add(from);
      frame?.ready();
    } else if (frame && isMeasureReport(data)) {
      if (data.keepleaf === "measured_all") frame.done();
      else report({ ...data, path: [frame.ordinal, ...data.path] });
    }
  }

  /** Resolves when each has answered, or too much time has passed. */
  async ask(frames: ReadonlyMap<Element, number>, request: MeasureRequest): Promise<void> {
    await Promise.all([...frames].map(([element, ordinal]) => this.askOne_(element, ordinal, request)));
  }

  private async askOne_(element: Element, ordinal: number, request: MeasureRequest): Promise<void> {
    const html = documentIn(element);
    const window = (element as HTMLIFrameElement).contentWindow;
    if (html === null || !window) return;
    let ready: () => void = () => undefined;
    let done: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const isDone = new Promise<void>((resolve) => {
      done = resolve;
    });
    this.asked_.set(window, { ordinal, ready, done });
    if (!html.includes(this.source_)) {
      this.early_.delete(window);
      giveAgent(element, html, this.source_);
    } else if (this.early_.has(window)) ready();
    await within(isReady.then(() => window.postMessage(request, "*")));
    await within(isDone, 30_000);
  }
}
