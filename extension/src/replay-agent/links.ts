// What an event would follow, and where it leads. A frame that was given its document (srcdoc) resolves addresses against
// the page around it, so that "#part" would lead out of the frame: addresses are read as they are written.
const xlink = "http://www.w3.org/1999/xlink";

/** The address on the link that a click goes to, as written; also out of a shadow tree. */
export function linkAddress(path: EventTarget[]): string | undefined {
  for (const target of path) {
    const { localName, namespaceURI } = target as Partial<Element>;
    if (!namespaceURI || (localName !== "a" && localName !== "area")) continue;
    const element = target as Element;
    const address = element.getAttribute("href") ?? element.getAttributeNS(xlink, "href");
    if (address !== null) return address.trim();
  }
  return undefined;
}

/** The fragment of a link into the page itself, without "#". */
export function fragmentOf(address: string): string | undefined {
  if (address === "") return "";
  return address.startsWith("#") ? address.slice(1) : undefined;
}

/** The address when it leads to another page. */
export function pageOf(address: string): string | undefined {
  return /^https?:\/\//i.test(address) ? address : undefined;
}
