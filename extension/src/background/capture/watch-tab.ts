// Tells when a tab leaves the document that is being captured. A message port's end is not enough: Firefox may keep the
// left page, and its port, in the back-forward cache.
import { FrameGone } from "../../capture/frame/frame-gone.ts";

export class TabWatch {
  private readonly controller_ = new AbortController();
  private readonly tabId_: number;
  private readonly cancelled_: AbortSignal;

  /** `cancelled` ends the watch's signal too, so that one signal is enough for the capture. */
  constructor(tabId: number, cancelled: AbortSignal) {
    this.tabId_ = tabId;
    this.cancelled_ = cancelled;
    if (cancelled.aborted) this.cancel_();
    cancelled.addEventListener("abort", this.cancel_);
    chrome.tabs.onUpdated.addListener(this.updated_);
    chrome.tabs.onRemoved.addListener(this.removed_);
  }

  get signal(): AbortSignal {
    return this.controller_.signal;
  }

  stop(): void {
    this.cancelled_.removeEventListener("abort", this.cancel_);
    chrome.tabs.onUpdated.removeListener(this.updated_);
    chrome.tabs.onRemoved.removeListener(this.removed_);
  }

  private readonly cancel_ = (): void => this.controller_.abort(this.cancelled_.reason);
  private leave_(how: string): void {
    this.controller_.abort(new FrameGone(how));
  }

  private readonly removed_ = (tabId: number): void => {
    if (tabId === this.tabId_) this.leave_("the tab was closed");
  };

  // A status also changes for navigation within the document: only a world without our script is another document.
  private readonly updated_ = (tabId: number, change: { status?: string }): void => {
    if (tabId !== this.tabId_ || change.status === undefined) return;
    chrome.scripting
      .executeScript({
        target: { tabId },
        func: () => "keepleafCapture" in globalThis,
        injectImmediately: true,
      })
      .then(
        ([answer]) => {
          if (answer?.result !== true) this.leave_("the tab shows another page");
        },
        (error: Error) => this.leave_(error.message),
      );
  };
}
