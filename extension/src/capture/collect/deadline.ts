// A signal that ends with another one or after a time. Not AbortSignal.any() over AbortSignal.timeout(): in Firefox such
// a signal may be collected before it fires, and a resource that never arrives would hold up the capture for ever.
export class Deadline {
  private readonly controller_ = new AbortController();
  private readonly parent_: AbortSignal;
  private readonly milliseconds_: number;
  private timer_: ReturnType<typeof setTimeout>;
  passed = false;

  constructor(parent: AbortSignal, milliseconds: number) {
    this.parent_ = parent;
    this.milliseconds_ = milliseconds;
    this.timer_ = this.start_();
    if (parent.aborted) this.forward_();
    else parent.addEventListener("abort", this.forward_);
  }

  get signal(): AbortSignal {
    return this.controller_.signal;
  }

  /** A sign of life: the time begins anew. */
  extend(): void {
    if (this.controller_.signal.aborted) return;
    clearTimeout(this.timer_);
    this.timer_ = this.start_();
  }

  clear(): void {
    clearTimeout(this.timer_);
    this.parent_.removeEventListener("abort", this.forward_);
  }

  private start_(): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.passed = true;
      this.controller_.abort(new DOMException("no answer in time", "TimeoutError"));
    }, this.milliseconds_);
  }

  private readonly forward_ = (): void => this.controller_.abort(this.parent_.reason);
}
