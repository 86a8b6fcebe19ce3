// The capture bundle. Injected into every frame of a tab, in the extension's own world; does nothing until the
// background connects. A headless browser has no extension: there headless/frame.ts takes `keepleafCapture` by its name.
import { FrameCapture } from "./frame/frame-capture.ts";
import { type MessagePortLike, portName, type ToFrame } from "./frame/messages.ts";
import { type ContentScriptApi, contentScriptPlatform } from "./frame/platform.ts";
import { serveFrame } from "./frame/serve.ts";
import { LiveMeasurer } from "./measure/measure.ts";
import { measurePort, type ToMeasured } from "./measure/messages.ts";
import { serveMeasure } from "./measure/serve.ts";
import type { CapturePlatform } from "./types.ts";

interface ExtensionApi extends ContentScriptApi {
  runtime?: ContentScriptApi["runtime"] & {
    onConnect?: { addListener(listener: (port: NamedPort) => void): void };
  };
}
type NamedPort = MessagePortLike<ToFrame & ToMeasured> & { name: string };
export interface CaptureBundle {
  /** Answers a collector over `port`. `more`: what this browser gives beyond what a content script has. */
  serve(port: MessagePortLike<ToFrame>, more?: Partial<CapturePlatform>): void;
}
interface CaptureGlobal {
  chrome?: ExtensionApi;
  keepleafCapture?: CaptureBundle;
}

const world = globalThis as unknown as CaptureGlobal;
// A tab that is captured twice still has the first injection's listener, which serves again.
if (!world.keepleafCapture) {
  const api = world.chrome ?? {};
  const serve: CaptureBundle["serve"] = (port, more = {}) => {
    serveFrame(port, new FrameCapture(window, { ...contentScriptPlatform(api), ...more }));
  };
  world.keepleafCapture = { serve };
  api.runtime?.onConnect?.addListener((port) => {
    if (port.name === portName) serve(port);
    if (port.name === measurePort) {
      serveMeasure(port, new LiveMeasurer(window, contentScriptPlatform(api)));
    }
  });
}
