// The background: wires the parts together and listens. A browser ends it when it likes and starts it for the next
// event, so that every listener is added here at once, and nothing is kept that the outbox could not bring back.

import browsers from "../../../installer/browsers.json" with { type: "json" };
import type { LibraryApi } from "../library/api/library-api.ts";
import { browser } from "../platform/browser.ts";
import type { WireError } from "../protocol/reply.ts";
import {
  allSites,
  foreignFrameHosts,
  framesWithSelection,
  hasAllSites,
  isForeign,
  whatHides,
} from "./access.ts";
import { type AddAnswer, type AddQuestion, addAddress, isAddQuestion } from "./add-desk.ts";
import { Badge } from "./badge.ts";
import { BatchDesk } from "./batch-desk.ts";
import { CaptureController } from "./capture-controller.ts";
import { captureTab } from "./capture-tab.ts";
import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { FidelityDesk } from "./fidelity/desk.ts";
import { MeasureStore } from "./fidelity/measure-store.ts";
import { closeOffScreen, measureOffScreen } from "./fidelity/off-screen.ts";
import { greeting, surroundings } from "./greeting.ts";
import { HostConnection } from "./host-connection.ts";
import { Jobs } from "./jobs.ts";
import { captureLink, type LinkTarget } from "./link-capture.ts";
import { makeMenus, menu } from "./menus.ts";
import { connectNative } from "./native-port.ts";
import { addNotice, clearNotices, readNotices } from "./notices.ts";
import { listenToOmnibox } from "./omnibox.ts";
import { Outbox } from "./outbox.ts";
import { IndexedDbOutboxStore } from "./outbox-store-indexeddb.ts";
import { MemoryOutboxStore } from "./outbox-store-memory.ts";
import { pageKey } from "./page-kind.ts";
import { PictureDesk } from "./pictures/desk.ts";
import { PictureStore } from "./pictures/picture-store.ts";
import { shootTab, showsSecret } from "./pictures/shot.ts";
import { thumbnailOf } from "./pictures/thumbnail.ts";
import { PopupSession } from "./popup-session.ts";
import { QuietKeeper } from "./quiet-keeper.ts";
import { forgetKept, readKept, rememberKept } from "./recent-kept.ts";
import { Sender } from "./sender.ts";
import { loadSettings, saveSettings } from "./settings.ts";
import { StayAwake } from "./stay-awake.ts";
import type { FromPopup, HostAnswer, Notice } from "./ui-messages.ts";
import { popupPort, severalPort } from "./ui-messages.ts";
import { fromOwnPage, isHostQuestion, isLibraryRequest } from "./ui-server.ts";

const resumeAlarm = "keepleaf.resume";
const mebibyte = 1024 * 1024;

const badge = new Badge();
const jobs = new Jobs();
const awake = new StayAwake();
const popups = new Set<PopupSession>();
let diagnosis: Diagnosis | null = null;

const outbox = new Outbox(new IndexedDbOutboxStore(), new MemoryOutboxStore());
const connection = new HostConnection({ connect: () => connectNative(browsers.host_name), greeting });
const sender = new Sender(outbox, connection, {
  sending: (capture, done, total) => controller.sending(capture, done, total),
  committed: async (capture, committed) => {
    await controller.committed(capture, committed);
    const job = jobs.get(capture);
    if (job?.view.stage === "undone") return;
    void fidelity.committed(capture, committed.snapshot_id);
    void pictures.committed(capture, committed.snapshot_id);
    const isPartly =
      job !== undefined && job.view.missingForAccess > 0 && !(await loadSettings()).accessRefused;
    badge.kept(isPartly ? "partly" : "wholly");
    if (isPartly) badge.say(browser.i18n.getMessage("action_title_partly"));
    if (job && !job.private && !job.view.scope) await rememberKept(job.view);
  },
  linkAdded: ({ url, title }) => {
    badge.kept();
    badge.say(browser.i18n.getMessage("notice_link_handed_over", [title || url]));
    void note({ kind: "link_handed_over", url, title });
  },
  failed: (capture, error) => {
    controller.failed(capture, error);
    badge.set({ attention: true });
  },
  unreachable: (error) => void showDiagnosis(error),
  reached: ({ hello }) => {
    if (hello.library.error) void showDiagnosis(hello.library.error);
    else {
      diagnosis = null;
      badge.set({ trouble: false });
    }
    refreshPopups();
  },
  idle: (left) => {
    badge.set({ waiting: left });
    awake.while(outbox.holdsPrivate);
    // While something waits, look again now and then: the host may have been installed meanwhile.
    if (left > 0) void browser.alarms.create(resumeAlarm, { delayInMinutes: 1, periodInMinutes: 5 });
    else void browser.alarms.clear(resumeAlarm);
    refreshPopups();
  },
});
const libraryApi: LibraryApi = { request: (type, body) => connection.request(type, body) };
const fidelity = new FidelityDesk({
  store: new MeasureStore(browser.storage.session),
  api: libraryApi,
  hostKnows: () => hostKnows("fidelity"),
  measureReplay: (request) => measureOffScreen(libraryApi, request),
  quiet: () => jobs.quiet(),
  measured: (capture, { score }) => jobs.update(capture, { fidelity: score }),
  done: closeOffScreen,
  hold: () => connection.hold(),
  now: () => Date.now(),
});
const pictures = new PictureDesk({
  store: new PictureStore(browser.storage.session),
  api: libraryApi,
  hostKnows: () => hostKnows("pictures"),
  wanted: async () => (await loadSettings()).thumbnails,
  shoot: shootTab,
  showsSecret,
  small: thumbnailOf,
  read: (capture) => jobs.beyond(capture, "reading"),
  settled: (capture) => jobs.beyond(capture, "reading", "resources", "sending"),
  pictured: (capture) => jobs.update(capture, { pictured: true }),
  now: () => Date.now(),
});
const controller = new CaptureController({
  outbox,
  sender,
  connection,
  jobs,
  captureTab,
  choices: async () => {
    const { resourceLimitMiB, mediaLimitMiB, allSizes } = await loadSettings();
    return { resourceLimit: resourceLimitMiB * mebibyte, mediaLimit: mediaLimitMiB * mebibyte, allSizes };
  },
  whatHides,
  fileAccess: async () => (await browser.extension?.isAllowedFileSchemeAccess?.()) ?? false,
  begun: (capture, target) => void pictures.begun(capture, target),
  seen: (capture, page) => void fidelity.seen(capture, page),
});
jobs.onChange(({ view }) => {
  badge.set({ working: jobs.working });
  if (view.stage === "undone") {
    void forgetKept(view.capture);
    void fidelity.forget(view.capture);
  }
  const isOver = view.stage === "undone" || view.stage === "failed" || view.stage === "refused";
  if (isOver) void pictures.forget(view.capture);
});

/** Before anything is captured: what an earlier background left is sorted out. */
const started = (async () => {
  for (const { url, title } of await outbox.recover()) await note({ kind: "interrupted", url, title });
  const waiting = await outbox.records();
  controller.restore(waiting);
  if (waiting.length > 0) void sender.wake();
  void fidelity.resume();
  void pictures.resume();
})();

async function hostKnows(capability: string): Promise<boolean> {
  const host = await connection.open();
  return host.ok && host.value.hello.capabilities.includes(capability);
}

async function note(notice: Omit<Notice, "at">): Promise<void> {
  await addNotice({ ...notice, at: Date.now() });
  const isNews = notice.kind !== "link_handed_over" && notice.kind !== "frames_missing";
  if (isNews) badge.set({ attention: true });
}

async function showDiagnosis(error: WireError): Promise<void> {
  diagnosis = diagnose(error, await surroundings());
  badge.set({ trouble: true });
  refreshPopups();
}

function refreshPopups(): void {
  for (const popup of popups) popup.refresh();
}

// ---- the popup

const popupParts = {
  controller,
  outbox,
  sender,
  settings: loadSettings,
  refuseAccess: () => saveSettings({ accessRefused: true }),
  hasAllSites,
  foreignFrameHosts,
  framesWithSelection,
  accessLater: () => accessWithin(20_000),
  page: async (tabId: number) => {
    const { url = "", title = "", incognito } = await browser.tabs.get(tabId);
    return { tabId, url, title, private: incognito };
  },
  recentlyKept: async (url: string) => {
    const now = Date.now();
    const kept = (await readKept()).filter((one) => now - (one.keptAt ?? 0) < 60_000);
    return kept.findLast((one) => pageKey(one.url) === pageKey(url)) ?? null;
  },
  takeNotices: async () => {
    const notices = await readNotices();
    await clearNotices();
    badge.set({ attention: false, trouble: false });
    badge.say("");
    return notices;
  },
  diagnosis: () => diagnosis,
  now: () => Date.now(),
};

/** The browser's question may still be open when the popup under it is gone. */
function accessWithin(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      browser.permissions.onAdded.removeListener(done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    browser.permissions.onAdded.addListener(done);
    // Asked after listening: an answer that comes in between must not be waited for until the time is up.
    void hasAllSites().then((has) => has && done());
  });
}

const batches = new BatchDesk({ controller, outbox, sender, connection, hasAllSites });

browser.runtime.onConnect.addListener((port) => {
  if (port.name === severalPort && fromOwnPage(port.sender)) {
    void started.then(() => batches.connect(port));
    return;
  }
  if (port.name !== popupPort || !fromOwnPage(port.sender)) return;
  const session = new PopupSession(popupParts, (view) => port.postMessage({ view }));
  popups.add(session);
  port.onMessage.addListener((message: FromPopup) => {
    if (message.do === "open") popupAwaited.get(message.tabId)?.();
    void started.then(() => session.receive(message));
  });
  port.onDisconnect.addListener(() => {
    popups.delete(session);
    void session.closed();
  });
});

const popupAwaited = new Map<number, () => void>();
const popupLimit = 10_000;

/** Opens the popup over a tab, as a click on the button would. False: it did not come, or not in time. */
async function openPopup({ id, windowId }: chrome.tabs.Tab): Promise<boolean> {
  if (id === undefined) return false;
  return new Promise((resolve) => {
    const done = (came: boolean) => {
      clearTimeout(timer);
      popupAwaited.delete(id);
      resolve(came);
    };
    const timer = setTimeout(done, popupLimit, false);
    popupAwaited.set(id, () => done(true));
    // Firefox before 149 opens it only at once in the click, when nothing about the page is known yet.
    browser.action.openPopup({ windowId }).catch(() => done(false));
  });
}

// ---- questions of our own pages

browser.runtime.onMessage.addListener((message: unknown, from, answer: (reply: unknown) => void) => {
  if (!fromOwnPage(from)) return false;
  if (isLibraryRequest(message)) {
    void connection.request(message.type, message.body).then(answer);
    return true;
  }
  if (isAddQuestion(message)) {
    void started.then(() => addTyped(message)).then(answer);
    return true;
  }
  if (isHostQuestion(message)) {
    void askHost().then(answer);
    return true;
  }
  return false;
});

async function askHost(): Promise<HostAnswer> {
  const host = await connection.open();
  const error = host.ok ? host.value.hello.library.error : host.error;
  if (host.ok && !error) {
    void sender.wake();
    return { ok: true, hello: host.value.hello };
  }
  return { ok: false, diagnosis: diagnose(error as WireError, await surroundings()) };
}

// ---- menus and the shortcut

const quietly = new QuietKeeper({ ...popupParts, badge, note, openPopup });

browser.contextMenus.onClicked.addListener((info, tab) => {
  if (!tab) return;
  if (info.menuItemId === menu.page) void started.then(() => quietly.keepPage(tab, "menu", info.pageUrl));
  const { frameId = 0, frameUrl = "", pageUrl = "" } = info;
  if (info.menuItemId === menu.selection) {
    void started.then(() => quietly.keepPart(tab, { frameId, part: "selection" }, pageUrl));
  }
  if (info.menuItemId === menu.frame) {
    const keep = () => started.then(() => quietly.keepPart(tab, { frameId, part: "whole" }, frameUrl));
    // Another site's frame can't be read without access, and this click alone is where a browser lets us ask. Where it
    // was given before, the browser puts no question. A request that the browser would not even put is as good as
    // refused: the capture itself says that it can't read the frame.
    if (isForeign(frameUrl, pageUrl)) void browser.permissions.request(allSites).then(keep, keep);
    else void keep();
  }
  const link = info.linkUrl && {
    url: info.linkUrl,
    title: (info as { linkText?: string }).linkText ?? "",
    private: tab.incognito,
    windowId: tab.windowId,
    ...(tab.id === undefined ? {} : { openerTabId: tab.id }),
  };
  if (!link) return;
  if (info.menuItemId === menu.linkAsking) {
    // Directly out of the click, before anything is awaited: browsers take no request for access later on.
    void browser.permissions.request(allSites).then(
      async (granted) => {
        if (!granted) await saveSettings({ accessRefused: true });
        await keepLink(link, granted);
      },
      () => keepLink(link, false), // not refused by the person: the browser would not put the question
    );
  }
  if (info.menuItemId === menu.link) void hasAllSites().then((granted) => keepLink(link, granted));
});

browser.commands.onCommand.addListener(async (command, tab) => {
  if (command !== "keep-page") return;
  const [active] = tab ? [tab] : await browser.tabs.query({ active: true, currentWindow: true });
  await started;
  if (active) await quietly.keepPage(active, "shortcut");
});

async function keepLink(link: LinkTarget, granted: boolean): Promise<void> {
  await started;
  const { url, title } = link;
  if (await quietly.isUnaskedPrivate(link.private)) return quietly.notePrivate();
  if (granted) {
    const view = (await captureLink(link, controller).catch(() => null))?.view;
    const ended = view?.stage === "refused" || view?.stage === "failed";
    if (view && !ended) return;
    if (view?.failure === "outbox_full" || view?.failure === "disk_full") {
      return note({ kind: "link_failed", url, title, failure: view.failure });
    }
  }
  // Without access, or without a page to read: the host has engines of its own.
  await outbox.addLink({ url, title, private: link.private });
  await sender.wake();
}

// ---- addresses that were typed

async function addTyped(question: AddQuestion): Promise<AddAnswer> {
  return addAddress(question, {
    hasAllSites,
    captureTab: async (url) => {
      const window = await browser.windows.getLastFocused({ windowTypes: ["normal"] });
      // A private window is no place for what was typed elsewhere, and there may be no window at all.
      if (window.id === undefined || window.incognito) return null;
      const link = { url, title: "", private: false, windowId: window.id };
      return (await captureLink(link, controller)).view;
    },
    addToLibrary: (url) => connection.request("link.add", { url }),
    addLater: async (url) => {
      await outbox.addLink({ url, title: "", private: false });
      await sender.wake();
    },
    refuseAccess: () => saveSettings({ accessRefused: true }),
  });
}

listenToOmnibox((url) => {
  void started.then(async () => {
    const answer = await addTyped({ to: "keepleaf.add", url });
    if (answer.by === "nobody") await note({ kind: "link_failed", url, title: url });
    if (answer.by === "host" && answer.why === "no_access")
      await note({ kind: "link_handed_over", url, title: url });
  });
});

async function remakeMenus(): Promise<void> {
  const { accessRefused } = await loadSettings();
  await makeMenus(!accessRefused && !(await hasAllSites()));
}

browser.runtime.onInstalled.addListener(() => void remakeMenus());
browser.runtime.onStartup.addListener(() => void started.then(remakeMenus));
browser.permissions.onAdded.addListener(() => void remakeMenus());
browser.permissions.onRemoved.addListener(() => void remakeMenus());
browser.storage.onChanged.addListener((changes, area) => {
  if (area === "local" && "accessRefused" in changes) void remakeMenus();
});
browser.alarms.onAlarm.addListener(({ name }) => {
  if (name === resumeAlarm) void started.then(() => sender.wake());
});
