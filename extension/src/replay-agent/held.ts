// Media that are kept but too big for replay (host: page/document.h, `data-keepleaf-held`) get a picture in their place
// that says so, of the size that the page gave them.
import { all, create, treesOf } from "./trees.ts";

const mark = "data-keepleaf-held";

/** How many were held back. */
export function showHeld(document: Document, words: string): number {
  let count = 0;
  for (const tree of treesOf(document)) {
    for (const element of all(tree, `[${mark}]`)) {
      count++;
      stand(element.localName === "source" ? (element.parentElement ?? element) : element, words);
    }
  }
  return count;
}

function stand(element: Element, words: string): void {
  const document = element.ownerDocument;
  switch (element.localName) {
    case "img":
    case "input":
      element.setAttribute("src", picture(element, words));
      element.setAttribute("alt", words);
      break;
    case "image": // of SVG
      element.setAttribute("href", picture(element, words));
      break;
    case "video":
      // A still that was kept says more than a placeholder.
      if (!element.hasAttribute("poster")) element.setAttribute("poster", picture(element, words));
      break;
    default: {
      // Audio has no picture of its own; objects and embeds can't be given one.
      const image = create(document, "img");
      for (const name of ["id", "class", "style", "width", "height"]) {
        const value = element.getAttribute(name);
        if (value !== null) image.setAttribute(name, value);
      }
      image.src = picture(element, words);
      image.alt = words;
      image.title = words;
      element.replaceWith(image);
      return;
    }
  }
  element.setAttribute("title", words);
}

/** Drawn in the size that the element asks for, so that the text is neither tiny nor huge. */
function picture(element: Element, words: string): string {
  const asked = (name: string) => Number.parseInt(element.getAttribute(name) ?? "", 10);
  const isAudio = element.localName === "audio";
  const width = asked("width") || 360;
  const height = asked("height") || (isAudio ? 56 : 200);
  const text = asText(words);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    '<rect width="100%" height="100%" fill="#e9ece8"/>' +
    '<rect x="1" y="1" width="99%" height="98%" fill="none" stroke="#8b958c" stroke-dasharray="6 4"/>' +
    '<foreignObject width="100%" height="100%">' +
    '<div xmlns="http://www.w3.org/1999/xhtml" style="box-sizing:border-box;height:100%;display:grid;' +
    "place-items:center;padding:8px;overflow:hidden;text-align:center;font:13px/1.4 system-ui,sans-serif;" +
    `color:#2c352e">${text}</div></foreignObject></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function asText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
