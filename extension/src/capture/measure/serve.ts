// Answers the background over a message port, inside the frame that is measured.
import type { MessagePortLike } from "../frame/messages.ts";
import type { LiveMeasurer } from "./measure.ts";
import type { FromMeasured, ToMeasured } from "./messages.ts";

export function serveMeasure(port: MessagePortLike<ToMeasured>, measurer: LiveMeasurer): void {
  let connected = true;
  port.onDisconnect.addListener(() => {
    connected = false;
  });
  const answer = (work: Promise<FromMeasured>): void => {
    void work
      .catch((error: Error): FromMeasured => ({ failed: `${error.name}: ${error.message}` }))
      .then((message) => {
        if (connected) port.postMessage(message);
      });
  };
  port.onMessage.addListener(({ op }) => {
    if (op === "measure") answer(measurer.measure().then((measure) => ({ measure })));
    else answer(measurer.again().then((moving) => ({ moving })));
  });
}
