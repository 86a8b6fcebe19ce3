// A browser's native port as the protocol's Port.
import { browser } from "../platform/browser.ts";
import type { Port } from "../protocol/session.ts";

// Firefox puts the reason of a disconnect on the port, Chromium into runtime.lastError.
interface PortWithError {
  error?: { message?: string } | null;
}

export function connectNative(hostName: string): Port {
  const port = browser.runtime.connectNative(hostName);
  return {
    postMessage: (message) => port.postMessage(message),
    disconnect: () => port.disconnect(),
    listen(onMessage, onClose) {
      port.onMessage.addListener(onMessage);
      port.onDisconnect.addListener((closed) => {
        const error = (closed as unknown as PortWithError).error ?? browser.runtime.lastError;
        onClose(error?.message);
      });
    },
  };
}
