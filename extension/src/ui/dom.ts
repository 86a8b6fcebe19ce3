// Building elements: h("button", { class: "quiet", onclick: save }, "Save"). Text is always text, never markup.
type Child = Node | string | false | null | undefined;
type Attributes = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") {
      element.addEventListener(key.slice(2), value as EventListener);
    } else {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(
    ...children.filter((child): child is Node | string => typeof child === "string" || child instanceof Node),
  );
  return element;
}
