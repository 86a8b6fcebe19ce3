// What probes see the page with. Sent into the page as text: nothing here may refer to anything outside its function.
export interface Kit {
  /** The first match; "host >>> inner" goes into host's open shadow root. Null when there is none. */
  find(selector: string): Element | null;
  /** The computed value of a property. */
  css(selector: string, property: string, pseudo?: string): string;
  /** As a reader sees it. */
  text(selector: string): string;
  /** x, y, width, height in the page, in whole pixels. */
  box(selector: string): number[];
  /** The elements below as "ul(li,li(b))", text as "#", in open shadow roots as "div{…}(…)"; no scripts, no styles. */
  tree(selector: string): string;
  /** Natural size of a picture that is there: [0, 0] when it is not. */
  picture(selector: string): number[];
  /** How wide a text runs in a font, set against a fallback: 0 when the font is not there. */
  font(family: string, text?: string, style?: string): number;
}

export function pageKit(): Kit {
  const find = (selector: string): Element | null => {
    const [outer = "", ...inner] = selector.split(">>>").map((part) => part.trim());
    let found = document.querySelector(outer);
    for (const part of inner) found = found?.shadowRoot?.querySelector(part) ?? null;
    return found;
  };
  const need = (selector: string): Element => {
    const found = find(selector);
    if (!found) throw new Error(`no ${selector}`);
    return found;
  };
  const unseen = new Set(["script", "noscript", "style", "link", "meta", "base", "title"]);
  const isStandIn = (element: Element): boolean =>
    element.localName === "template" && !!element.getAttribute("data-keepleaf-was");
  const list = (nodes: Iterable<ChildNode>): string => {
    const parts: string[] = [];
    for (const node of nodes) {
      if (node.nodeType === Node.TEXT_NODE && (node as Text).data.trim() !== "") parts.push("#");
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const element = node as Element;
      if (unseen.has(element.localName) || isStandIn(element)) continue;
      parts.push(describe(element));
    }
    return parts.join(",");
  };
  const describe = (element: Element): string => {
    const shadow = element.shadowRoot ? `{${list(element.shadowRoot.childNodes)}}` : "";
    const below = list(element.childNodes);
    return element.localName + shadow + (below ? `(${below})` : "");
  };
  return {
    find,
    css: (selector, property, pseudo) => getComputedStyle(need(selector), pseudo).getPropertyValue(property),
    text: (selector) => {
      const element = need(selector);
      return (element instanceof HTMLElement ? element.innerText : (element.textContent ?? "")).trim();
    },
    box: (selector) => {
      const { x, y, width, height } = need(selector).getBoundingClientRect();
      return [x + scrollX, y + scrollY, width, height].map(Math.round);
    },
    tree: (selector) => describe(need(selector)),
    picture: (selector) => {
      const image = need(selector) as HTMLImageElement;
      return image.complete ? [image.naturalWidth, image.naturalHeight] : [0, 0];
    },
    font: (family, text = "mmmmiiii", style = "normal") => {
      const context = document.createElement("canvas").getContext("2d");
      if (!context) throw new Error("no canvas");
      const width = (families: string): number => {
        context.font = `${style} 40px ${families}`;
        return context.measureText(text).width;
      };
      const set = width(`"${family}", monospace`);
      return set === width("monospace") ? 0 : Math.round(set);
    },
  };
}
