// The off-screen page (Chromium): measures replays for the background, which has no DOM, and nothing else. No page of the
// web can reach it, and it fetches nothing: snapshots come from the host.
import { measureReplay } from "../background/fidelity/measure-replay.ts";
import { agentAddress, isOffScreenRequest } from "../background/fidelity/off-screen.ts";
import { fromOwnPage } from "../background/ui-server.ts";
import { NativeLibraryApi } from "../library/api/native-library-api.ts";
import { browser } from "../platform/browser.ts";

const api = new NativeLibraryApi();

browser.runtime.onMessage.addListener((message: unknown, from, answer: (reply: unknown) => void) => {
  if (!fromOwnPage(from) || !isOffScreenRequest(message)) return false;
  const { signal } = new AbortController();
  measureReplay(api, message.request, agentAddress(), signal).then(answer, () => answer(null));
  return true;
});
