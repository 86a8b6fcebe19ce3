// Links into the page itself, followed as the HTML standard finds their target ("select the indicated part"), but without
// navigating, which a sandboxed srcdoc frame can't do without leaving its document. Shadow trees are searched as well:
// a script of the page may have led there.
import { all, byId, type Tree, treesOf } from "./trees.ts";

/** The element that a fragment (without "#") names; "top" when it means the beginning of the page. */
export function findTarget(document: Document, fragment: string): Element | "top" | undefined {
  if (fragment === "") return "top";
  const decoded = decode(fragment);
  for (const name of new Set([fragment, decoded])) {
    for (const tree of treesOf(document)) {
      const found = byId(tree, name) ?? anchorNamed(tree, name);
      if (found) return found;
    }
  }
  return decoded.toLowerCase() === "top" ? "top" : undefined;
}

/** Brings it into view and moves the keyboard's place there, as following the link would; whether there was a target. */
export function showFragment(document: Document, fragment: string): boolean {
  const target = findTarget(document, fragment);
  if (!target) return false;
  if (target === "top") {
    scrollTo(0, 0);
    return true;
  }
  reveal(target);
  target.scrollIntoView();
  focus(target);
  return true;
}

function anchorNamed(tree: Tree, name: string): Element | undefined {
  return [...all(tree, "a[name]")].find((anchor) => anchor.getAttribute("name") === name);
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // a lone "%" is itself
  }
}

/** Opens what is folded around it. */
function reveal(target: Element): void {
  for (let at: Element | null = target; at; at = at.parentElement) {
    if (at.localName === "details") at.setAttribute("open", "");
    if (at.getAttribute("hidden") === "until-found") at.removeAttribute("hidden");
  }
}

function focus(target: Element): void {
  if (!(target instanceof HTMLElement || target instanceof SVGElement)) return;
  const options = { preventScroll: true };
  target.focus(options);
  if ((target.getRootNode() as Tree).activeElement === target) return;
  // What can't be focused is, for as long as the focus stays.
  target.setAttribute("tabindex", "-1");
  target.focus(options);
  target.addEventListener("blur", () => target.removeAttribute("tabindex"), { once: true });
}
