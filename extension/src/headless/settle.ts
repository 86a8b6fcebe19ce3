// What a page loads only when it comes into view: a person would scroll, so does this.

/** Screens that are walked through at most; an endless page is kept as far as it was there. */
const screens = 60;
/** Milliseconds at each. */
const pause = 60;

export async function walkThrough(window: Window): Promise<void> {
  const { document } = window;
  const page = document.scrollingElement ?? document.documentElement;
  if (!page) return;
  await scrollThrough(page, window.innerHeight);
  const inner = innerScroller(window, page);
  if (inner) await scrollThrough(inner, inner.clientHeight);
}

async function scrollThrough(box: Element, screen: number): Promise<void> {
  const { scrollTop: before, scrollHeight: end } = box;
  const step = Math.max(screen, 200);
  for (let at = step, count = 0; at < end && count < screens; at += step, count++) {
    box.scrollTo({ top: at, behavior: "instant" });
    await wait(pause);
  }
  box.scrollTo({ top: before, behavior: "instant" });
  await wait(pause);
}

/** Pages that are one box of their own, in which everything scrolls. */
function innerScroller({ document, innerWidth, innerHeight }: Window, page: Element): Element | undefined {
  if (page.scrollHeight > innerHeight * 1.5) return undefined;
  for (
    let element = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    element && element !== page;
    element = element.parentElement
  ) {
    if (element.clientHeight > innerHeight / 3 && element.scrollHeight > element.clientHeight * 1.2)
      return element;
  }
  return undefined;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
