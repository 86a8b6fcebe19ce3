// A chapter that lies in boxes within boxes, each with its heading, is one text: taken for several, only the longest of them
// would be found. Such boxes are opened before the article is looked for; those that stand around a text are not.

const aside = /comment|related|recommend|sidebar|share|social|promo|advert|sponsor|footer|nav|menu|popular/i;
const navigation = /^(?:doc)?nav(?:bar|header|footer|igation|links?)?$/i;
const headings = /^h[1-6]$/;

export function openSections(document: Document): void {
  // Anchors of old that were never closed reach around all that follows: they are places, no boxes.
  for (const anchor of document.querySelectorAll("a:not([href])")) anchor.after(...anchor.childNodes);
  for (const element of document.querySelectorAll("[class]")) {
    if (
      [...element.classList].some((name) => navigation.test(name)) &&
      !element.querySelector("article, main")
    )
      element.remove();
  }
  // The innermost first: what they hold then counts for those around them.
  for (const box of [...document.querySelectorAll("section, div")].reverse()) {
    if (isHeading(box) || (beginsWithHeading(box) && isText(box))) box.replaceWith(...box.childNodes);
  }
}

/** A box around a heading alone: so small that it would be thrown away. */
function isHeading(box: Element): boolean {
  const heading = box.querySelector("h1, h2, h3, h4, h5, h6");
  return heading !== null && heading.textContent?.trim() === box.textContent?.trim();
}

/** Itself, or after anchors and in a box of its own, as manuals have it. */
function beginsWithHeading(box: Element): boolean {
  for (let at = box.firstElementChild; at; at = at.firstElementChild) {
    while (at.localName === "a" && at.textContent === "" && at.nextElementSibling) at = at.nextElementSibling;
    if (headings.test(at.localName)) return true;
  }
  return false;
}

function isText(box: Element): boolean {
  if (aside.test(`${box.className} ${box.id}`)) return false;
  const length = box.textContent?.length ?? 0;
  const linked = [...box.querySelectorAll("a[href]")].reduce(
    (sum, link) => sum + (link.textContent?.length ?? 0),
    0,
  );
  return box.querySelector("p, pre, dl, table, ol, ul") !== null && linked < length / 2;
}
