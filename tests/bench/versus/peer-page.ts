// In the peer's own page: runs SingleFile in a tab. Built by peer.ts, and called by the benchmark by its name.
export interface PeerAnswer {
  ms?: number;
  content?: string;
  failed?: string;
}

async function runPeerIn(url: string, options: object): Promise<PeerAnswer> {
  const tabs = await chrome.tabs.query({});
  const tabId = tabs.find((tab) => tab.url === url)?.id;
  if (tabId === undefined) return { failed: `no tab shows ${url}` };
  const inject = (files: string[], world: "MAIN" | "ISOLATED", allFrames: boolean) =>
    chrome.scripting.executeScript({ target: { tabId, allFrames }, files, world, injectImmediately: true });
  // Before the time is taken: SingleFile's own scripts are there from the beginning of a page.
  await inject(["hooks.js"], "MAIN", true);
  await inject(["frames.js"], "ISOLATED", true);
  await inject(["singlefile.js", "in-tab.js"], "ISOLATED", false);
  const [answer] = await chrome.scripting.executeScript({
    target: { tabId },
    args: [options],
    func: (given: object) => (globalThis as unknown as { runPeer(options: object): unknown }).runPeer(given),
  });
  return (answer?.result as PeerAnswer | undefined) ?? { failed: "no answer" };
}

Object.assign(globalThis, { runPeerIn });
