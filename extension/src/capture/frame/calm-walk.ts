// Walks a large document without holding up the page: in slices, between which the page goes on. What the page changes
// meanwhile behind the walk makes what was written untrue; then the caller walks again.

/** Milliseconds of one slice: with what follows it, still no task that a person notices. */
const sliceTime = 30;
/** Nodes between two looks at the clock. */
const stride = 32;

/**
 * Runs `steps` to their end; each gives the node that it is about to write, or the root of a tree that it has entered.
 * After a pause `next(true)` tells the steps that the tree may be another. True when something changed behind the walk.
 */
export async function walkCalmly(
  window: Window,
  steps: Generator<Node, void, boolean>,
  roots: readonly Node[],
): Promise<boolean> {
  let watch: Watch | undefined;
  let begin = performance.now();
  let count = 0;
  for (let step = steps.next(false); !step.done; ) {
    let paused = false;
    // Where nobody looks there is nothing to hold up, and browsers slow down those who wait.
    if (++count % stride === 0 && performance.now() - begin > sliceTime && !window.document.hidden) {
      watch ??= new Watch();
      watch.observe(roots);
      await turn();
      watch.look(step.value);
      paused = true;
      begin = performance.now();
    }
    step = steps.next(paused);
  }
  watch?.stop();
  return watch?.changed ?? false;
}

class Watch {
  changed = false;
  // In the extension's own world: the page can't tell that it is observed.
  private readonly observer_ = new MutationObserver((records) => this.records_.push(...records));
  private records_: MutationRecord[] = [];
  private observed_ = 0;

  observe(roots: readonly Node[]): void {
    for (const root of roots.slice(this.observed_)) {
      this.observer_.observe(root, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
    }
    this.observed_ = roots.length;
  }

  /** `at`: the node that is to be written next. What follows it will be read as it is then. */
  look(at: Node): void {
    const records = [...this.records_, ...this.observer_.takeRecords()];
    this.records_ = [];
    this.changed ||= records.some((record) => isBehind(record, at));
  }

  stop(): void {
    this.observer_.disconnect();
  }
}

function isBehind({ type, target, addedNodes, removedNodes }: MutationRecord, at: Node): boolean {
  if (follows(target, at)) return false;
  if (type !== "childList") return true;
  return removedNodes.length > 0 || [...addedNodes].some((node) => !follows(node, at));
}

function follows(node: Node, at: Node): boolean {
  return (Node.prototype.compareDocumentPosition.call(at, node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

/** A turn of the event loop: the page's own tasks come first. Not scheduler.yield(), which would go on before them. */
function turn(): Promise<unknown> {
  const newer = globalThis as unknown as { scheduler?: { postTask?(task: () => void): Promise<void> } };
  if (newer.scheduler?.postTask) return newer.scheduler.postTask(() => {});
  return new Promise((resolve) => setTimeout(resolve, 0));
}
