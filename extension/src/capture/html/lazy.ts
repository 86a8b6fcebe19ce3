// Pictures that have not been loaded: the browser waits (loading=lazy), or a script does and left the real address in a
// data attribute or in a <noscript> beside the placeholder.
import { absolute, type CaptureContext } from "./context.ts";
import { attribute, localName, nextSibling, nodeType, parentNode, textContent } from "./dom.ts";
import { bestCandidate } from "./srcset.ts";

const sources = [
  "data-src",
  "data-original",
  "data-lazy-src",
  "data-lazy",
  "data-url",
  "data-hi-res-src",
  "data-actualsrc",
];
const candidateLists = ["data-srcset", "data-lazy-srcset", "data-original-set"];

/** The absolute address that the picture waits for, or undefined when it shows what it should. */
export function lazySource(image: HTMLImageElement, context: CaptureContext): string | undefined {
  const shown = image.currentSrc;
  const waiting = shown === "" && (attributeOf(image, "src") !== "" || attributeOf(image, "srcset") !== "");
  if (!isPlaceholder(image, shown) && !waiting) return undefined;
  for (const name of sources) {
    const url = pictureUrl(attributeOf(image, name), context);
    if (url) return url;
  }
  for (const name of candidateLists) {
    const url = pictureUrl(candidate(attributeOf(image, name), image, context), context);
    if (url) return url;
  }
  const fallback = noscriptImage(image, context);
  if (fallback) return fallback;
  if (!waiting) return undefined;
  return pictureUrl(
    candidate(attributeOf(image, "srcset"), image, context) || attributeOf(image, "src"),
    context,
  );
}

function attributeOf(element: Element, name: string): string {
  return attribute(element, name)?.trim() ?? "";
}

function isPlaceholder(image: HTMLImageElement, shown: string): boolean {
  if (shown === "" || /^(?:data:|about:)/i.test(shown)) {
    // A real picture may be a data: URL; only one that is nearly empty stands in for another.
    return shown.length < 1500;
  }
  return image.complete && image.naturalWidth <= 2 && image.naturalHeight <= 2;
}

function candidate(list: string, image: HTMLImageElement, context: CaptureContext): string {
  if (list === "") return "";
  const width = (image.clientWidth || context.window.innerWidth) * context.window.devicePixelRatio;
  return bestCandidate(list, width) ?? "";
}

function pictureUrl(value: string, context: CaptureContext): string | undefined {
  if (value === "" || /^(?:data|javascript|about):/i.test(value) || /[<>{}\s]/.test(value)) return undefined;
  return absolute(context, value);
}

// With scripting on, what a <noscript> holds is text: it is parsed apart from the page, where nothing loads.
function noscriptImage(image: Element, context: CaptureContext): string | undefined {
  const parent = parentNode(image) as Node | null;
  for (const start of [image, parent]) {
    let node = start && nextSibling(start);
    while (node && nodeType(node) === Node.TEXT_NODE && (node as Text).data.trim() === "") {
      node = nextSibling(node);
    }
    if (node && nodeType(node) === Node.ELEMENT_NODE && localName(node as Element) === "noscript") {
      const parsed = new DOMParser().parseFromString(textContent(node) ?? "", "text/html");
      const found = parsed.querySelector("img");
      const url =
        found && (found.getAttribute("src") ?? bestCandidate(found.getAttribute("srcset") ?? "", 1e6));
      if (url) return pictureUrl(url, context);
    }
  }
  return undefined;
}
