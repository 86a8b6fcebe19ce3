// A snapshot as it was seen, and what is known of it.
import { browser } from "../../platform/browser.ts";
import { toBase64 } from "../../protocol/bytes.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { MessageReply, NewPicture, Resource } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";
import { h } from "../../ui/dom.ts";
import { formatBytes, formatTime, readableUrl, t } from "../../ui/text.ts";
import { readSnapshot } from "../api/read-snapshot.ts";
import { NoPicture, takePagePicture } from "../page-picture.ts";
import { type Route, routeHash } from "../routes.ts";
import { fidelityView } from "./fidelity-view.ts";
import { nameOf } from "./link-row.ts";
import { missingParts } from "./missing-parts.ts";
import { pictureView } from "./picture-view.ts";
import { readerView } from "./reader-view.ts";
import { replayFrame } from "./replay-frame.ts";
import { type Mode, ModeSwitch } from "./snapshot-modes.ts";
import { orFailed, unlessLeft, type ViewContext } from "./view.ts";

type SnapshotRoute = Extract<Route, { view: "snapshot" }>;
type Facts = MessageReply<"snapshot.show">;
interface Page {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export function snapshotView(context: ViewContext, route: SnapshotRoute): HTMLElement {
  const { id } = route;
  const bar = h("header", { class: "bar" });
  const stage = h("div", { class: "stage" });
  const section = h("section", { class: "replay" }, bar, stage);

  const show = async () => {
    const progress = h("progress", { "aria-label": t("library_loading"), max: 1, value: 0 });
    stage.className = "stage";
    stage.replaceChildren(progress);
    const reading = readSnapshot(context.api, id, context.signal, (part) => {
      progress.value = part;
    });
    const [facts, page] = await Promise.all([
      unlessLeft(context.signal, readFacts(context, id)).then((reply) => {
        if (reply?.ok) {
          context.name(nameOf(reply.value));
          bar.replaceChildren(...factsBar(reply.value));
        }
        return reply;
      }),
      unlessLeft(context.signal, reading),
    ]);
    if (!facts || !page) return;
    if (facts.ok && page.ok) {
      stage.classList.add("shown");
      stage.replaceChildren();
      showModes(context, bar, stage, facts.value, page.value, route);
      return;
    }
    const error = facts.ok ? page : facts;
    if (!error.ok) stage.replaceChildren(context.failure(error.error, () => void show()));
  };
  void show();
  return section;
}

function showModes(
  context: ViewContext,
  bar: HTMLElement,
  stage: HTMLElement,
  facts: Facts,
  page: Page,
  { id, query, mode }: SnapshotRoute,
): void {
  const html = page.type.startsWith("text/html") ? new TextDecoder().decode(page.bytes) : undefined;
  const modes: Mode[] = [
    {
      name: "page",
      label: t("library_mode_page"),
      make: () => present(context, page, facts.title, query, html),
    },
  ];
  if (html !== undefined) {
    const make = () => readerView(context, html, facts, query);
    modes.push({ name: "reader", label: t("library_mode_reader"), make });
  }
  const add = html === undefined ? null : () => addPicture(context, facts, modeSwitch, bar);
  if (add || facts.pictures?.length) {
    const make = () => pictureView(context, facts, nameOf(facts), add);
    modes.push({ name: "picture", label: t("library_mode_picture"), make });
  }
  const modeSwitch = new ModeSwitch(stage, modes, (name) => {
    // A reload, a bookmark and the way back find it as it was looked at.
    const chosen = name === "page" ? {} : { mode: name };
    history.replaceState(null, "", routeHash({ view: "snapshot", id, query, ...chosen }));
  });
  modeSwitch.choose(mode ?? "page");
  if (modes.length > 1) bar.querySelector(".what")?.after(modeSwitch.element);
}

/** Pictures the replay in this window, piece by piece; the new facts, or undefined after saying why not. */
async function addPicture(
  context: ViewContext,
  facts: Facts,
  modeSwitch: ModeSwitch,
  bar: HTMLElement,
): Promise<Facts | undefined> {
  // Directly out of the click: browsers take no request for access later on.
  const granted = await browser.permissions.request({ origins: ["<all_urls>"] }).catch(() => false);
  if (!granted) {
    context.toast(t("library_picture_access"));
    return undefined;
  }
  const progress = h("progress", { max: 1, value: 0, "aria-label": t("library_picture_taking") });
  const said = h("div", { class: "taking", role: "status" }, progress, t("library_picture_taking"));
  bar.append(said);
  const frame = modeSwitch.choose("page");
  try {
    if (!(frame instanceof HTMLIFrameElement)) throw new NoPicture("library_picture_failed");
    const taken = new Date().toISOString();
    const { blob, width, height, partial } = await takePagePicture(
      frame,
      defaultLimits.picture,
      (part) => {
        progress.value = part;
      },
      context.signal,
    );
    const picture: NewPicture = {
      id: facts.id,
      kind: "page",
      media_type: blob.type as NewPicture["media_type"],
      width,
      height,
      ...(partial ? { partial } : {}),
      taken_at: taken,
      data: toBase64(new Uint8Array(await blob.arrayBuffer())),
    };
    if (!(await orFailed(context, context.api.request("snapshot.pictured", picture)))) return undefined;
    context.toast(t("library_picture_kept"));
    return await orFailed(context, context.api.request("snapshot.show", { id: facts.id }));
  } catch (error) {
    if (!(error instanceof NoPicture)) throw error;
    if (!context.signal.aborted) context.toast(t(error.reason));
    return undefined;
  } finally {
    said.remove();
    modeSwitch.choose("picture");
  }
}

/** The facts with all parts, also when the parts come in several replies. */
async function readFacts(context: ViewContext, id: string): Promise<Reply<Facts>> {
  const { signal } = context;
  const first = await context.api.request("snapshot.show", { id }, { signal });
  if (!first.ok) return first;
  const missing: Resource[] = [...first.value.missing];
  const resources: Resource[] = [...first.value.resources];
  let { next } = first.value;
  while (next !== null) {
    const reply = await context.api.request("snapshot.show", { id, after: next }, { signal });
    if (!reply.ok) return reply;
    missing.push(...reply.value.missing);
    resources.push(...reply.value.resources);
    next = reply.value.next;
  }
  return { ok: true, value: { ...first.value, missing, resources } };
}

function factsBar(facts: Facts): HTMLElement[] {
  return [
    h("a", { class: "button", href: routeHash({ view: "link", id: facts.link_id }) }, t("library_details")),
    h(
      "div",
      { class: "what" },
      h("h1", { tabindex: -1, title: nameOf(facts) }, nameOf(facts)),
      h(
        "a",
        { class: "address", href: facts.url, title: facts.url, target: "_blank", rel: "noreferrer" },
        readableUrl(facts.url),
      ),
    ),
    h(
      "div",
      { class: "facts" },
      h("time", { datetime: facts.taken_at }, formatTime(facts.taken_at)),
      h("span", {}, formatBytes(facts.size_raw)),
      facts.missing.length > 0
        ? missingParts(facts.missing)
        : h("span", { class: "complete" }, t("library_complete")),
      facts.fidelity ? fidelityView(facts.fidelity, facts) : null,
    ),
  ];
}

function present(
  context: ViewContext,
  page: Page,
  title: string,
  query: string,
  html: string | undefined,
): HTMLElement {
  if (html !== undefined) return replayFrame(context, html, query);
  const [type = ""] = page.type.split(";");
  if (type.startsWith("image/")) {
    return h("img", { class: "kept", alt: title, src: objectUrl(context, page.bytes, type) });
  }
  if (type.startsWith("text/") || type === "application/json") {
    return h("pre", { class: "kept", tabindex: 0 }, new TextDecoder().decode(page.bytes));
  }
  return h(
    "p",
    { class: "kept" },
    h(
      "a",
      { class: "button", href: objectUrl(context, page.bytes, type), download: title },
      t("library_save_file", type),
    ),
  );
}

function objectUrl(context: ViewContext, bytes: Uint8Array<ArrayBuffer>, type: string): string {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  context.signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  return url;
}
