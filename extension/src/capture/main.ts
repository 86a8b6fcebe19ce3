// The capture bundle. Injected into every frame of a tab, in the extension's own world; does nothing until the
// background connects. A headless browser has no extension: there the transport takes `keepleafCapture` by its name.
import { FrameCapture } from "./frame/frame-capture.ts";
import { type MessagePortLike, portName, type ToFrame } from "./frame/messages.ts";
import { type ContentScriptApi, contentScriptPlatform } from "./frame/platform.ts";
import { serveFrame } from "./frame/serve.ts";
import { LiveMeasurer } from "./measure/measure.ts";
import { measurePort, type ToMeasured } from "./measure/messages.ts";
import { serveMeasure } from "./measure/serve.ts";

interface ExtensionApi extends ContentScriptApi {
  runtime?: ContentScriptApi["runtime"] & {
    onConnect?: { addListener(listener: (port: NamedPort) => void): void };
  };
}
type NamedPort = MessagePortLike<ToFrame & ToMeasured> & { name: string };
interface CaptureGlobal {
  chrome?: ExtensionApi;
  keepleafCapture?: { frame(): FrameCapture };
}

const world = globalThis as unknown as CaptureGlobal;
// A tab that is captured twice still has the first injection's listener, which serves again.
if (!world.keepleafCapture) {
  const api = world.chrome ?? {};
  const frame = (): FrameCapture => new FrameCapture(window, contentScriptPlatform(api));
  world.keepleafCapture = { frame };
  api.runtime?.onConnect?.addListener((port) => {
    if (port.name === portName) serveFrame(port, frame());
    if (port.name === measurePort) {
      serveMeasure(port, new LiveMeasurer(window, contentScriptPlatform(api)));
    }
  });
}
