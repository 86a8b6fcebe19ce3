// Animations stand still in the capture, at the frame that was seen. What a style sheet animates stays animated there, but
// paused, with a delay that leads to that frame; what script animates, and transitions under way, are written as the values
// that they had. Pseudo-elements have no style attribute: rules at the end of their tree find them by a mark.
import { captureCss } from "../css/capture-css.ts";
import { appendStyle, type CaptureContext, type ElementStep } from "../html/context.ts";
import { nodeType } from "../html/dom.ts";
import type { Inline } from "../html/text-builder.ts";

const mark = "data-keepleaf-frozen";
/** Later than any animation ends: paused there, one that is over stays over. */
const over = "-1000000s";
const inRules = /^::(?:before|after|marker|backdrop|placeholder|first-line|first-letter)$/;
const timing = new Set(["offset", "easing", "composite", "computedOffset"]);

interface Frozen {
  inline: Map<Element, string>;
  marks: Map<Element, string>;
  rules: string[];
}

type Tree = Document | ShadowRoot;
const trees = new WeakMap<CaptureContext, Map<Tree, Frozen>>();

export const animations: ElementStep = {
  name: "animations",
  tags: "every",
  apply(draft, context) {
    if (context.inert) return;
    const tree = Node.prototype.getRootNode.call(draft.element) as Tree;
    const { inline, marks } = frozenIn(tree, context);
    const declarations = inline.get(draft.element);
    if (declarations !== undefined) appendStyle(draft, written(declarations, context));
    const number = marks.get(draft.element);
    if (number !== undefined) draft.attributes.set(mark, number);
  },
};

/** The rules for a tree's pseudo-elements; called at its end. */
export function writeFrozenRules(tree: Tree, context: CaptureContext): void {
  const { rules } = frozenIn(tree, context);
  if (rules.length === 0) return;
  context.out.write("<style data-keepleaf-adopted>");
  context.out.writeInline(written(rules.join(""), context), (text) => text.replace(/<\/(?=style)/gi, "<\\/"));
  context.out.write("</style>");
}

function written(css: string, context: CaptureContext): Inline[] {
  return captureCss(css, { baseUrl: context.baseUrl, sheet: null, loadedFonts: null }, context.out);
}

function frozenIn(tree: Tree, context: CaptureContext): Frozen {
  let known = trees.get(context);
  if (!known) {
    known = new Map();
    trees.set(context, known);
  }
  let frozen = known.get(tree);
  if (!frozen) {
    frozen = freeze(tree, context);
    known.set(tree, frozen);
  }
  return frozen;
}

function freeze(tree: Tree, context: CaptureContext): Frozen {
  const frozen: Frozen = { inline: new Map(), marks: new Map(), rules: [] };
  const { timeline } = context.document;
  const running = new Map<Element, Map<string, Animation[]>>();
  for (const animation of allOf(tree)) {
    const effect = animation.effect as KeyframeEffect | null;
    // Those that scrolling drives go on doing so.
    if (!effect?.target || animation.timeline !== timeline) continue;
    const ofTarget = running.get(effect.target) ?? new Map<string, Animation[]>();
    const pseudo = effect.pseudoElement ?? "";
    ofTarget.set(pseudo, [...(ofTarget.get(pseudo) ?? []), animation]);
    running.set(effect.target, ofTarget);
  }
  for (const [target, byPseudo] of running) {
    for (const [pseudo, list] of byPseudo) {
      const declarations = standingStill(target, pseudo, list, context.window);
      if (declarations === "") continue;
      if (pseudo === "") {
        frozen.inline.set(target, declarations);
      } else if (inRules.test(pseudo)) {
        const number = frozen.marks.get(target) ?? String(frozen.marks.size + 1);
        frozen.marks.set(target, number);
        frozen.rules.push(`[${mark}="${number}"]${pseudo}{${declarations}}`);
      }
    }
  }
  return frozen;
}

function allOf(tree: Tree): Animation[] {
  try {
    const { getAnimations } =
      nodeType(tree) === Node.DOCUMENT_NODE ? Document.prototype : ShadowRoot.prototype;
    return getAnimations.call(tree);
  } catch {
    return []; // A tree that is cut off has none.
  }
}

function standingStill(target: Element, pseudo: string, list: readonly Animation[], window: Window): string {
  const style = window.getComputedStyle(target, pseudo || null);
  const byName = new Map<string, Animation[]>();
  const properties = new Set<string>();
  for (const animation of list) {
    const { animationName, transitionProperty } = animation as Partial<CSSAnimation & CSSTransition>;
    if (animationName !== undefined) {
      byName.set(animationName, [...(byName.get(animationName) ?? []), animation]);
    } else if (transitionProperty !== undefined) {
      properties.add(transitionProperty);
    } else {
      for (const name of animatedBy(animation)) properties.add(name);
    }
  }
  const declarations: string[] = [];
  if (byName.size > 0) {
    // A name may stand several times in the list; its animations come in the same order.
    const delays = style.animationName.split(/,\s*/).map((name) => delayOf(byName.get(name)?.shift()));
    declarations.push(
      `animation-delay:${delays.join(",")}!important`,
      "animation-play-state:paused!important",
    );
  }
  for (const property of properties) {
    const value = style.getPropertyValue(property);
    if (value !== "") declarations.push(`${property}:${value}!important`);
  }
  return declarations.join(";");
}

/** At the beginning of its time, an animation with this delay is where the live one is. */
function delayOf(animation: Animation | undefined): string {
  const now = animation?.currentTime;
  if (typeof now !== "number") return over;
  return `${Math.round((animation?.effect?.getTiming().delay ?? 0) - now)}ms`;
}

function animatedBy(animation: Animation): string[] {
  const names = new Set<string>();
  for (const frame of (animation.effect as KeyframeEffect).getKeyframes()) {
    for (const name of Object.keys(frame)) if (!timing.has(name)) names.add(propertyName(name));
  }
  return [...names];
}

function propertyName(name: string): string {
  if (name.startsWith("--")) return name;
  if (name === "cssFloat" || name === "cssOffset") return name.slice(3).toLowerCase();
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^(webkit|moz)-/, "-$1-");
}
