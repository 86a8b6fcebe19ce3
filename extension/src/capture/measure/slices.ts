// Work in slices: a page must not feel that it is measured.
const slice = 8;

/** Runs a generator to its end, and lets the page go on every few milliseconds. */
export async function inSlices<T>(
  work: Generator<void, T>,
  pause: () => Promise<void> = nextTask,
): Promise<T> {
  let end = performance.now() + slice;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (performance.now() < end) continue;
    await pause();
    end = performance.now() + slice;
  }
}

// By a message: timers are slowed down in tabs that nobody looks at.
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
