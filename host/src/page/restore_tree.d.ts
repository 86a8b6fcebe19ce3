/** See restore_tree.js. */
export function restoreTree(document: Document): void;
