// <link rel=stylesheet>: the reference knows the live sheet, so that the collector can tell whether it was edited.
import { readRules } from "../css/live.ts";
import { isOn } from "../css/switched.ts";
import {
  absolute,
  attribute,
  type CaptureContext,
  type ElementDraft,
  type ElementStep,
  isFetchable,
} from "../html/context.ts";

export const linkedSheets: ElementStep = {
  name: "linked-sheets",
  tags: ["link"],
  apply(draft, context) {
    const relations = attribute(draft, "rel").toLowerCase().split(/\s+/);
    if (!relations.includes("stylesheet")) return;
    const url = absolute(context, attribute(draft, "href"));
    if (url === undefined || !draft.attributes.has("href")) return;
    draft.attributes.set("href", url);
    if (context.inert || !isFetchable(url)) return;

    const sheet = (draft.element as HTMLLinkElement).sheet;
    if (!sheet && (draft.element as HTMLLinkElement).disabled) return;
    if (sheet) writeSwitch(draft, sheet, relations, context);
    context.sheets.push(sheet);
    const marker = context.out.refer({
      kind: "sheet",
      url,
      sheet: context.sheets.length - 1,
      imports: [],
      ...(sheet && !readRules(sheet) ? { opaque: true } : {}),
    });
    draft.attributes.set("href", [marker]);
  },
};

// Which of the alternative sheets is on is a state that markup does not show.
function writeSwitch(
  draft: ElementDraft,
  sheet: CSSStyleSheet,
  relations: string[],
  context: CaptureContext,
): void {
  const alternative = relations.includes("alternate");
  if (!isOn(sheet, context)) {
    if (!alternative) draft.attributes.set("disabled", "");
  } else if (alternative || draft.attributes.has("title")) {
    draft.attributes.set("rel", relations.filter((relation) => relation !== "alternate").join(" "));
    draft.attributes.delete("title");
  }
  const media = sheet.media.mediaText;
  if (media !== "" && media !== attribute(draft, "media")) draft.attributes.set("media", media);
}
