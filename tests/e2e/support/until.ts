// Waiting for a condition, with words for when it never comes. The limit is for a machine that does much else; a test
// that passes never waits for it. Tests pause for a fixed time only to see that something does not happen.
export const patience = 60_000;

export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  milliseconds = patience,
): Promise<NonNullable<T>> {
  const end = Date.now() + milliseconds;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value) return value as NonNullable<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${milliseconds} ms for ${what}; last: ${String(last)}`);
}

/** Browsers drop input now and then: a click too early after a window came, a key while another window has the focus. */
export async function insist(
  what: string,
  input: () => Promise<void>,
  effect: () => Promise<unknown>,
  { each = 6_000, milliseconds = patience } = {},
): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    await input();
    try {
      await until(what, effect, each);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
