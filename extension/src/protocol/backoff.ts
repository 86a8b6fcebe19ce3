// When to try a host again that could not be reached: 0.5, 1, 2, 5, 30 seconds, then not until something happens (an
// alarm, a new capture, the popup). A capture that was committed starts the row anew.
export const backoffSteps = [500, 1_000, 2_000, 5_000, 30_000] as const;

export class Backoff {
  #failures = 0;

  /** Milliseconds to wait after a failure, or null when it is time to stop. */
  next(): number | null {
    return backoffSteps[this.#failures++] ?? null;
  }

  reset(): void {
    this.#failures = 0;
  }
}
