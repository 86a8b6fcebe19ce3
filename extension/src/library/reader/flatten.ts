// Shadow trees of a kept page lie in templates, where nobody looks for words: each is put in its host's place, with what was
// slotted into it, as the page showed it.

export function flattenShadowTrees(document: Document): void {
  const within = (root: Document | DocumentFragment) => {
    for (const template of root.querySelectorAll<HTMLTemplateElement>("template[shadowrootmode]")) {
      within(template.content);
      flatten(template);
    }
  };
  within(document);
}

function flatten(template: HTMLTemplateElement): void {
  const host = template.parentElement;
  if (!host) return;
  template.remove();
  const slotted = [...host.childNodes];
  const slotOf = (node: Node) => (node instanceof Element ? (node.getAttribute("slot") ?? "") : "");
  for (const slot of template.content.querySelectorAll("slot")) {
    const name = slot.getAttribute("name") ?? "";
    const assigned = slotted.filter((node) => slotOf(node) === name);
    slot.replaceWith(...(assigned.length > 0 ? assigned : slot.childNodes));
  }
  host.replaceChildren(template.content);
}
