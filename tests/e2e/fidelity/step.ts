// What a fixture folder declares: `tests/fixtures/pages/<name>/step.ts` has it as its default export, beside the
// index.html that is visited. Probes are asked in the live page, and again where the page was reopened: equal answers
// mean that what they ask about was kept.
import type { Page } from "puppeteer-core";
import type { Kit } from "./page-kit.ts";

/** Runs in the page: may use nothing but its argument and what every page has. The answer must be JSON. */
export type Ask = (page: Kit) => unknown;

export interface Media {
  type?: "print" | "screen";
  colorScheme?: "light" | "dark";
}

export interface Probe {
  /** Selectors of the frames to go through, from the page inwards; ">>> " goes into open shadow roots. */
  frames?: readonly string[];
  media?: Media;
  ask: Ask;
}

/** How the fixtures' server answers one path of the folder; whatever is not given is as usual. */
export interface Served {
  status?: number;
  headers?: Record<string, string>;
  /** In place of the file. */
  body?: string | (() => Buffer);
  /** Milliseconds before the answer. */
  delay?: number;
  /** Never answers. */
  hang?: boolean;
}

export interface Step {
  area: "Styles" | "DOM" | "State" | "Media" | "Pages that resist";
  title: string;
  probes: Readonly<Record<string, Ask | Probe>>;
  /** By path within the folder, without the query. */
  serve?: Readonly<Record<string, Served>>;
  /** When it is not index.html. May have a query or a fragment. */
  entry?: string;
  /** What a person does in the page before keeping it; then the page is as it was seen. */
  act?: (page: Page) => Promise<void>;
  /** Pixels are compared unless this says why they can't be. */
  withoutPixels?: string;
  /**
   * The picture is of what is in view alone. One of the whole page makes the browser lay the page out in another size for
   * a moment, and Chromium then now and then loses the offset of a box that was scrolled, on live pages too.
   */
  inView?: boolean;
  /** Why it can't be kept (yet) where docs/fidelity.md does not say "pass": printed there, with what was measured. */
  gap?: { chromium?: string; firefox?: string } | string;
  /** The same, where the address alone is given. */
  byUrl?: string;
}

export function step(declared: Step): Step {
  return declared;
}

/** Asks inside a frame. */
export function inFrame(frames: string | readonly string[], ask: Ask): Probe {
  return { frames: typeof frames === "string" ? [frames] : frames, ask };
}

/** Asks while the page is printed, or in the other colour scheme. */
export function withMedia(media: Media, ask: Ask): Probe {
  return { media, ask };
}
