// Runs jobs a few at a time. Jobs may add jobs; `idle` resolves when none is left, and rejects with the first failure.
export class WorkQueue {
  private readonly waiting_: (() => Promise<void>)[] = [];
  private readonly width_: number;
  private readonly signal_: AbortSignal;
  private running_ = 0;
  private failure_: unknown;
  private wake_: (() => void) | undefined;
  total = 0;
  done = 0;
  onProgress: () => void = () => undefined;

  constructor(width: number, signal: AbortSignal) {
    this.width_ = width;
    this.signal_ = signal;
    signal.addEventListener("abort", () => this.wake_?.(), { once: true });
  }

  add(job: () => Promise<void>): void {
    this.waiting_.push(job);
    this.total++;
    this.pump_();
  }

  async idle(): Promise<void> {
    while (this.running_ + this.waiting_.length > 0 && !this.stopped_()) {
      await new Promise<void>((resolve) => {
        this.wake_ = resolve;
      });
    }
    if (this.failure_ !== undefined) throw this.failure_;
    this.signal_.throwIfAborted();
  }

  private stopped_(): boolean {
    return this.failure_ !== undefined || this.signal_.aborted;
  }

  private pump_(): void {
    while (this.running_ < this.width_ && !this.stopped_()) {
      const job = this.waiting_.shift();
      if (!job) return;
      this.running_++;
      job()
        .catch((error: unknown) => {
          this.failure_ ??= error;
        })
        .finally(() => {
          this.running_--;
          this.done++;
          this.onProgress();
          this.pump_();
          if (this.running_ + this.waiting_.length === 0 || this.stopped_()) this.wake_?.();
        });
    }
  }
}
