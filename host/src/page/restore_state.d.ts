/** See restore_state.js. `shown`: what has been brought into view already. */
export function restoreState(document: Document): (shown?: Element | null) => void;
export function showState(document: Document): void;
