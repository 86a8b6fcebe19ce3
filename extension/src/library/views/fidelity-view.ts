// How a snapshot compares with what was seen: one figure, and behind it the places that differ.
import type { Fidelity, FidelityRegion, MessageReply } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatNumber, formatShare, type MessageKey, readableUrl, t } from "../../ui/text.ts";

type Facts = MessageReply<"snapshot.show">;

const kinds: Record<string, MessageKey> = {
  text: "library_region_text",
  box: "library_region_box",
  style: "library_region_style",
  image: "library_region_image",
  canvas: "library_region_canvas",
  font: "library_region_font",
  sheet: "library_region_sheet",
  frame: "library_region_frame",
  state: "library_region_state",
  scroll: "library_region_scroll",
  layer: "library_region_layer",
  structure: "library_region_structure",
};
/** A lower score is worth another try. */
const good = 0.98;

export function fidelityView({ score, regions }: Fidelity, facts: Facts): HTMLElement {
  const words = t("library_fidelity", formatShare(score));
  if (regions.length === 0) return h("span", { class: "complete" }, words);
  const parts = new Map([...facts.resources, ...facts.missing].map((part) => [part.n, part]));
  return h(
    "details",
    { class: "missing fidelity" },
    h("summary", { class: score < good ? "partial" : "complete" }, words),
    h(
      "ul",
      {},
      h("li", { class: "reason" }, t("library_fidelity_differs")),
      ...regions.map((region) => place(region, parts.get(region.part)?.url ?? "")),
      score < good
        ? h(
            "li",
            {},
            h("a", { href: facts.url, target: "_blank", rel: "noreferrer" }, t("library_fidelity_again")),
          )
        : null,
    ),
  );
}

function place({ kind, rect }: FidelityRegion, url: string): HTMLElement {
  const { width, height, x, y } = rect;
  // A newer host may know more kinds than this page.
  const name = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const where = [width, height, x, y].map(formatNumber);
  return h(
    "li",
    {},
    h("span", {}, t(name ?? "library_region_other")),
    h("span", { class: "address", title: url }, url ? readableUrl(url) : "—"),
    h("span", { class: "reason" }, t("library_region_place", ...where)),
  );
}
