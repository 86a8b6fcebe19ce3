// The popup: starts the capture by opening, then shows what the background tells. It holds nothing that matters.

import type {
  Failure,
  FromPopup,
  JobView,
  Notice,
  PopupView,
  ToPopup,
  WaitingView,
} from "../background/ui-messages.ts";
import { popupPort } from "../background/ui-messages.ts";
import { NativeLibraryApi } from "../library/api/native-library-api.ts";
import { readPicture } from "../library/api/read-snapshot.ts";
import { routeHash } from "../library/routes.ts";
import { browser } from "../platform/browser.ts";
import type { LinkItem, SnapshotSummary } from "../protocol/messages.ts";
import { diagnosisView } from "../ui/diagnosis-view.ts";
import { h } from "../ui/dom.ts";
import { errorText } from "../ui/error-text.ts";
import { byId, Section } from "../ui/section.ts";
import {
  formatBytes,
  formatShare,
  formatTime,
  type MessageKey,
  plural,
  t,
  translatePage,
} from "../ui/text.ts";
import { listenToAddForm } from "./add-form.ts";
import { DetailsForm } from "./details-form.ts";
import { isStuck, showProgress, statusOf, statusView } from "./status-view.ts";

const api = new NativeLibraryApi();
const port = browser.runtime.connect({ name: popupPort });
const send = (message: FromPopup) => port.postMessage(message);
const form = new DetailsForm(api, (capture, edits) => send({ do: "edit", capture, edits }));
/** A score below it is told, with the offer to keep the page once more. */
const worthAnotherTry = 0.98;
let lookedUp: string | null = null;
let earlier: LinkItem | null = null;

function button(key: MessageKey, press: () => void, look = ""): HTMLButtonElement {
  return h("button", { type: "button", class: look, onclick: press }, t(key));
}

// ---- sections

const status = new Section(byId("status"), statusView);

const before = new Section<SnapshotSummary[]>(byId("before"), (snapshots) => {
  const last = snapshots[0];
  return last ? [plural("popup_before", snapshots.length, formatTime(last.taken_at))] : [];
});

const question = new Section<NonNullable<PopupView["question"]>>(byId("question"), (asked) => {
  if (asked.kind === "frames") return framesQuestion(asked.sites);
  const start = () => send({ do: "start" });
  if (asked.kind === "ask_first") {
    return [
      h("h2", {}, t("question_ask_first")),
      h("div", { class: "row" }, button("question_keep", start, "main")),
    ];
  }
  return [
    h("h2", {}, t("question_private")),
    h("p", {}, t("question_private_text")),
    h("div", { class: "row" }, button("question_private_keep", start, "main")),
  ];
});

function framesQuestion(sites: string[]): Node[] {
  const [first = "", ...more] = sites;
  const named = more.length > 0 ? t("question_frames_more", first, more.length) : first;
  return [
    h("h2", {}, t("question_frames")),
    h("p", {}, t("question_frames_text", named)),
    h(
      "div",
      { class: "row" },
      button(
        "question_frames_allow",
        () => requestAccess((granted) => send({ do: "access_answered", granted })),
        "main",
      ),
      button("question_frames_without", () => send({ do: "access_answered", granted: false })),
    ),
  ];
}

/** Must be called directly out of a click: browsers take no request for access at another time. */
function requestAccess(answered: (granted: boolean) => void): void {
  const asked = browser.permissions.request({ origins: ["<all_urls>"] });
  send({ do: "asking_access" });
  asked.then(answered, () => answered(false));
}

const picture = new Section<{ snapshot: string }>(byId("picture"), ({ snapshot }) => {
  const image = h("img", { alt: t("popup_picture") });
  void readPicture(api, snapshot, "thumbnail").then((reply) => {
    if (!reply.ok) return; // merely not shown
    image.src = URL.createObjectURL(new Blob([reply.value.bytes], { type: reply.value.type }));
  });
  return [image];
});

/** Taken from the kept page, where there is a window for it. */
const whole = new Section<{ snapshot: string }>(byId("whole"), ({ snapshot }) => {
  const address = `library.html${routeHash({ view: "snapshot", id: snapshot, query: "", mode: "picture" })}`;
  return [button("popup_whole_picture", () => openPage(address), "link")];
});

const missing = new Section<{ all: number; access: number }>(byId("missing"), ({ all, access }) => [
  h("p", {}, plural("popup_missing", all)),
  ...(access > 0
    ? [
        h("p", {}, plural("popup_missing_access", access)),
        h(
          "div",
          { class: "row" },
          button("popup_allow_again", () => requestAccess(keepAgainIfGranted)),
        ),
      ]
    : []),
]);

const fidelity = new Section<{ score: number; again: boolean }>(byId("fidelity"), ({ score, again }) => [
  h("p", { class: "quiet" }, t("popup_fidelity", formatShare(score))),
  ...(again
    ? [
        h(
          "div",
          { class: "row" },
          button("popup_fidelity_again", () => send({ do: "keep_again", instead: true })),
        ),
      ]
    : []),
]);

function keepAgainIfGranted(granted: boolean): void {
  if (granted) send({ do: "keep_again", instead: true });
}

type Shown = { diagnosis: NonNullable<PopupView["diagnosis"]>; retry: boolean };
const diagnosis = new Section<Shown>(byId("diagnosis"), ({ diagnosis: shown, retry }) => [
  ...diagnosisView(shown),
  ...(retry ? [retryRow()] : []),
]);

function retryRow(): HTMLElement {
  const retry = button("waiting_retry", () => send({ do: "retry" }));
  return h("div", { class: "row" }, retry);
}

const notices = new Section<Notice[]>(byId("notices"), (shown) =>
  shown.map((notice) => {
    const key: MessageKey = `notice_${notice.kind}`;
    const reason = notice.failure ? ` ${t(notice.failure)}` : "";
    return h("p", {}, t(key, notice.title || notice.url) + reason);
  }),
);

const waiting = new Section<{ items: WaitingView[]; private: boolean; said: boolean }>(
  byId("waiting"),
  ({ items, private: isPrivate, said }) => [
    h("h2", {}, t("waiting_title")),
    // The first line of the popup may say it already.
    ...(said ? [] : [h("p", { class: "quiet" }, t(isPrivate ? "waiting_private" : "waiting_nothing_lost"))]),
    ...items.map(waitingEntry),
    retryRow(),
  ],
);

function waitingEntry({ capture, title, url, bytes, error }: WaitingView): HTMLElement {
  const discard = button("waiting_discard", () => send({ do: "discard", capture }));
  discard.setAttribute("aria-label", t("waiting_discard_named", title || url));
  const detail = error ? errorText(error) : bytes > 0 ? formatBytes(bytes) : "";
  return h(
    "div",
    { class: "entry" },
    h("span", { class: "name", title: url }, title || url),
    h("span", { class: "quiet" }, detail),
    discard,
  );
}

const mendedByAccess: readonly Failure[] = [
  "page_needs_access",
  "file_needs_access",
  "page_hidden",
  "frame_needs_access",
];

interface Actions {
  job: Pick<JobView, "capture" | "stage" | "failure" | "scope">;
  recent: boolean;
  selection: boolean;
}
const actions = new Section<Actions>(
  byId("actions"),
  ({ job: { capture, stage, failure, scope }, recent, selection }) => {
    const part =
      selection && !scope ? [button("popup_only_selection", () => send({ do: "keep_selection" }))] : [];
    const undo = button("popup_undo", () => send({ do: "undo", capture }));
    const again = button("popup_keep_again", () => send({ do: "keep_again", instead: false }));
    if (stage === "kept") return recent ? [undo, again, ...part] : [undo, ...part];
    if (failure && mendedByAccess.includes(failure))
      return [button("popup_allow_again", () => requestAccess(keepAgainIfGranted), "main")];
    return stage === "undone" || stage === "failed" ? [again] : stage === "refused" ? [] : [undo];
  },
);

// ---- what the background tells

port.onMessage.addListener(({ view }: ToPopup) => {
  const { job, page } = view;
  status.show(statusOf(view));
  showProgress(byId("progress"), job);
  question.show(view.question);
  const isKept = job !== null && job.stage !== "refused" && job.stage !== "failed" && job.stage !== "undone";
  form.show(isKept ? job : null);
  const snapshot = job?.stage === "kept" ? job.committed?.snapshot_id : undefined;
  picture.show(snapshot && job?.pictured ? { snapshot } : null);
  whole.show(snapshot && !job?.scope ? { snapshot } : null);
  const complete = isKept && job.stage !== "reading" && job.stage !== "resources";
  missing.show(complete && job.missing > 0 ? { all: job.missing, access: job.missingForAccess } : null);
  const others = view.waiting.length > 0;
  const said = isStuck(view);
  diagnosis.show(view.diagnosis && { diagnosis: view.diagnosis, retry: said && !others });
  const score = isKept ? (job.fidelity ?? 1) : 1;
  fidelity.show(score < worthAnotherTry ? { score, again: !view.recent } : null);
  notices.show(view.notices.length > 0 ? view.notices : null);
  // Where a host says why it does not take this one page, there is no diagnosis to carry the button.
  const alone = said && view.diagnosis === null;
  waiting.show(others || alone ? { items: view.waiting, private: page.private, said } : null);
  actions.show(
    job && {
      job: { capture: job.capture, stage: job.stage, failure: job.failure, scope: job.scope },
      recent: view.recent,
      selection: view.selectionIn !== null,
    },
  );
  showEarlier(job);
  // A page of a private window is not even asked about before the person wants it kept.
  if (!(page.private && view.question)) void lookUp(page.url);
});

async function lookUp(url: string): Promise<void> {
  if (lookedUp === url || !/^https?:/i.test(url)) return;
  lookedUp = url;
  const reply = await api.request("link.lookup", { url });
  if (!reply.ok) return; // the diagnosis says why
  earlier = reply.value.link;
  form.showLink(earlier);
  showEarlier(lastJob);
}

let lastJob: JobView | null = null;
function showEarlier(job: JobView | null): void {
  lastJob = job;
  const own = job?.committed?.snapshot_id ?? job?.capture;
  const others = earlier?.snapshots.filter(({ id, state }) => id !== own && state !== "trashed") ?? [];
  before.show(others.length > 0 ? others : null);
}

async function start(): Promise<void> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  if (tab?.id !== undefined) send({ do: "open", tabId: tab.id });
}

translatePage();
listenToAddForm();
byId("open-several").addEventListener("click", () => openPage("several.html"));
byId("open-library").addEventListener("click", () => openPage("library.html"));
byId("open-options").addEventListener(
  "click",
  () => void browser.runtime.openOptionsPage().then(() => close()),
);

function openPage(path: string): void {
  void browser.tabs.create({ url: browser.runtime.getURL(path) }).then(() => close());
}

void start();
