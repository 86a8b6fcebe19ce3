// Captures a tab: injects the capture bundle into every frame that the extension may enter, lets the collector gather
// parts, and hands them to the writer. Nothing here outlives the call.
import { Collector } from "../capture/collect/collector.ts";
import { FramePort } from "../capture/collect/frame-port.ts";
import type { PartNode } from "../capture/collect/part-tree.ts";
import { ScreenPicture } from "../capture/collect/screen-picture.ts";
import { FrameGone } from "../capture/frame/frame-gone.ts";
import { portName } from "../capture/frame/messages.ts";
import { withoutCredentials } from "../capture/frame/plain-address.ts";
import { measurePort } from "../capture/measure/messages.ts";
import { isWholePage, wholePage } from "../capture/scope.ts";
import type { Opened } from "../capture/types.ts";
import { isFirefox } from "../platform/browser.ts";
import { framesWithSelection } from "./access.ts";
import { Outside } from "./capture/outside.ts";
import { RenderedBytes } from "./capture/page-capture.ts";
import { tabPicture } from "./capture/tab-picture.ts";
import { trace } from "./capture/trace.ts";
import { TabWatch } from "./capture/watch-tab.ts";
import {
  CaptureError,
  type CaptureOptions,
  type CaptureSummary,
  type CaptureTab,
  type CaptureWriter,
} from "./capture-writer.ts";
import { LiveMeasure } from "./fidelity/live-measure.ts";

const limits = {
  parts: 20_000,
  partsBatch: 500,
  frameAnswer: 15_000,
  resourceAnswer: 60_000,
  title: 4096,
};

export const captureTab: CaptureTab = async (tabId, writer, options, signal) => {
  const ports: FramePort[] = [];
  let watch: TabWatch | undefined;
  let measuring: LiveMeasure | undefined;
  try {
    trace("began");
    const tab = await loadedTab(tabId);
    const frameIds = await inject(tabId);
    trace("injected");
    if (!frameIds) return await captureFile(tab, writer, options, signal);
    // Only now: before, the bundle is not there, which is how the watch tells another document.
    watch = new TabWatch(tabId, signal);
    watch.signal.throwIfAborted();
    const { scope = wholePage } = options;
    if (!frameIds.includes(scope.frameId)) {
      throw new CaptureError("frame_needs_access", "the frame lets no script in");
    }
    if (scope.part === "selection" && !(await framesWithSelection(tabId)).includes(scope.frameId)) {
      throw new CaptureError("nothing_selected", "nothing is selected in this document");
    }
    for (const frameId of frameIds) {
      const port = chrome.tabs.connect(tabId, { name: portName, frameId });
      ports.push(new FramePort(port, frameId, frameId === scope.frameId ? scope.part : "whole"));
    }
    measuring = new LiveMeasure(frameIds, (frameId) =>
      chrome.tabs.connect(tabId, { name: measurePort, frameId }),
    );
    return await captureFrames(tabId, ports, writer, options, watch.signal, measuring);
  } catch (error) {
    measuring?.close();
    throw toCaptureError(error, signal);
  } finally {
    watch?.stop();
    for (const port of ports) port.close();
  }
};

async function captureFrames(
  tabId: number,
  ports: readonly FramePort[],
  writer: CaptureWriter,
  options: CaptureOptions,
  signal: AbortSignal,
  measuring: LiveMeasure,
): Promise<CaptureSummary> {
  let tabUrl = "";
  const outside = new Outside();
  const rendered = await RenderedBytes.of(tabId);
  const screen = new ScreenPicture(() => tabPicture(tabId));
  const collector = new Collector(
    {
      addObject: (bytes) => writer.addObject(bytes),
      addParts: (parts) => writer.addParts(parts),
      ...(rendered
        ? {
            rendered: (url: string, limit: number) => rendered.get(url, limit),
            renderedSheet: (url: string) => rendered.sheet(url),
          }
        : {}),
      screen: (place) => screen.cut(place),
      fetchOutside: (url, frameUrl, limit, aborted) => outside.fetch(url, frameUrl, limit, aborted),
      missingFrame: (url) => outside.missingFrame(url, tabUrl),
      onProgress: (stage, done, total) => options.onProgress({ stage, done, total }),
    },
    {
      ...limits,
      resource: options.resourceLimit,
      media: options.mediaLimit ?? options.resourceLimit,
      allSizes: options.allSizes ?? false,
    },
    signal,
  );
  const takenAt = new Date().toISOString();
  const collecting = collector.collect(
    ports,
    (reading) => {
      trace("read");
      tabUrl = reading.url;
    },
    (options.scope ?? wholePage).frameId,
  );
  // After the frames were asked to read.
  rendered?.begin();
  const { top, parts } = await collecting.finally(() => screen.close());
  trace("collected");
  const [root] = parts;
  if (root?.status === "no_permission") throw needsAccess(root.url);
  if (root?.status !== "ok") throw new CaptureError("page_gone", `the page's own bytes: ${root?.status}`);
  await writer.finish({
    // A frame without an address of its own belongs to the page.
    url: /^https?:/i.test(top.url) ? top.url : await addressOf(tabId),
    title: limitBytes(top.title, limits.title),
    taken_at: takenAt,
    engine: options.engine,
    ...(top.language === "" ? {} : { language: top.language }),
    viewport: top.viewport,
  });
  // Not earlier: it would take the time of who reads and sends.
  measuring.start();
  options.onProgress({ stage: "done", done: parts.length, total: parts.length });
  const summary = { title: top.title, url: top.url, parts: parts.length, missing: missingOf(parts) };
  // What was seen is the whole page: a part of it does not compare.
  if (!isWholePage(options.scope ?? wholePage)) {
    measuring.close();
    return summary;
  }
  return { ...summary, seen: measuring.finish(parts) };
}

/** A tab that no script can enter, but whose address gives bytes: a PDF, an image or a text in the browser's viewer. */
async function captureFile(
  tab: chrome.tabs.Tab,
  writer: CaptureWriter,
  options: CaptureOptions,
  signal: AbortSignal,
): Promise<CaptureSummary> {
  const url = withoutCredentials(tab.url ?? "");
  const takenAt = new Date().toISOString();
  const outside = new Outside();
  const opened = await openAllowed(outside, url, options.resourceLimit, signal);
  const isDocument = /^(?:text\/html|application\/xhtml\+xml)\b/i.test(opened.mediaType);
  if (opened.status === "too_large") {
    throw new CaptureError("internal", "the file is larger than the limit for one resource");
  }
  if (opened.status === "unreachable" && isFirefox && !(await outside.hasAccess(url))) {
    // In Firefox the click on the button gives access to the tab's frames, but no bytes to the background.
    throw needsAccess(url);
  }
  if (opened.status === "no_permission") throw needsAccess(url);
  if (opened.status !== "ok" || !opened.bytes || isDocument) {
    throw new CaptureError("page_protected", "the browser lets no extension read this page");
  }
  const { object } = await writer.addObject(opened.bytes);
  await writer.addParts([
    { n: 0, role: "document", url, media_type: opened.mediaType, status: "ok", object },
  ]);
  const title = tab.title ?? "";
  await writer.finish({
    url,
    title: limitBytes(title, limits.title),
    taken_at: takenAt,
    engine: options.engine,
  });
  options.onProgress({ stage: "done", done: 1, total: 1 });
  return { title, url, parts: 1, missing: [] };
}

/** Chromium lets a running background open local files some moments after a person allowed it, and not at once. */
async function openAllowed(
  outside: Outside,
  url: string,
  limit: number,
  signal: AbortSignal,
): Promise<Opened> {
  for (const pause of [100, 300, 900, 1_500]) {
    const opened = await outside.fetch(url, url, limit, signal);
    const tooEarly = opened.status === "unreachable" && /^file:/i.test(url) && (await outside.hasAccess(url));
    if (!tooEarly) return opened;
    await new Promise((done) => setTimeout(done, pause));
    signal.throwIfAborted();
  }
  return outside.fetch(url, url, limit, signal);
}

function needsAccess(url: string): CaptureError {
  return /^file:/i.test(url)
    ? new CaptureError("file_needs_access", "no page may read the bytes of a file of this computer")
    : new CaptureError("page_needs_access", "the bytes of the file need access to its site");
}

async function addressOf(tabId: number): Promise<string> {
  return withoutCredentials((await chrome.tabs.get(tabId)).url ?? "");
}

async function loadedTab(tabId: number): Promise<chrome.tabs.Tab> {
  let tab: chrome.tabs.Tab;
  try {
    tab = await chrome.tabs.get(tabId);
  } catch {
    throw new CaptureError("page_gone", "the tab was closed");
  }
  const nothingYet = tab.url === "" || tab.url === "about:blank";
  if (nothingYet && tab.pendingUrl && tab.pendingUrl !== "about:blank") {
    throw new CaptureError("page_loading", "the page has not answered yet");
  }
  return tab;
}

/** The frames that took the script; undefined when the top frame lets none in. */
async function inject(tabId: number): Promise<number[] | undefined> {
  try {
    // Immediately: a frame that never finishes loading must not hold up the others.
    const results = await chrome.scripting.executeScript({
      target: { tabId, allFrames: true },
      files: ["capture.js"],
      injectImmediately: true,
    });
    const frameIds = results.map((result) => result.frameId);
    return frameIds.includes(0) ? frameIds : undefined;
  } catch {
    return undefined;
  }
}

function toCaptureError(error: unknown, signal: AbortSignal): CaptureError {
  if (signal.aborted) return new CaptureError("cancelled", "the capture was stopped");
  if (error instanceof CaptureError) return error;
  if (error instanceof FrameGone) {
    return new CaptureError("page_gone", `the page was left or closed while it was read: ${error.message}`);
  }
  return new CaptureError("internal", error instanceof Error ? error.message : String(error));
}

function missingOf(parts: readonly PartNode[]): CaptureSummary["missing"] {
  return parts.filter((part) => part.status !== "ok").map(({ url, status }) => ({ url, status }));
}

/** Cuts text to so many bytes of UTF-8 without cutting a character. */
function limitBytes(text: string, limit: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= limit) return text;
  return new TextDecoder().decode(bytes.subarray(0, limit)).replace(/\ufffd+$/, "");
}
