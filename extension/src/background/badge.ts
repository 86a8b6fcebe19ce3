// The badge on the toolbar button: the answer to a shortcut or a menu, and a sign that captures wait.
import { browser } from "../platform/browser.ts";

export interface BadgeState {
  working: number;
  /** Shown for a few seconds. `partly`: without what access to other sites would have given. */
  justKept: "no" | "wholly" | "partly";
  /** Something is to be read in the popup. */
  attention: boolean;
  /** The host can't be reached, and nobody has looked since. */
  trouble: boolean;
  waiting: number;
}

export interface BadgeLook {
  text: string;
  colour: string;
}

const colours = { work: "#4a6fa5", good: "#1f7a4d", warn: "#8a4b00", bad: "#b3261e", calm: "#5b665f" };

export function badgeLook(state: BadgeState): BadgeLook {
  if (state.working > 0) return { text: "…", colour: colours.work };
  if (state.justKept !== "no")
    return { text: "✓", colour: state.justKept === "partly" ? colours.warn : colours.good };
  if (state.attention || state.trouble) return { text: "!", colour: colours.bad };
  if (state.waiting > 0)
    return { text: state.waiting > 99 ? "99+" : String(state.waiting), colour: colours.calm };
  return { text: "", colour: colours.calm };
}

const keptFor = 4_000;

export class Badge {
  readonly #state: BadgeState = { working: 0, justKept: "no", attention: false, trouble: false, waiting: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #draw: (look: BadgeLook) => void;
  #shown: BadgeLook | undefined;

  constructor(draw: (look: BadgeLook) => void = drawOnButton) {
    this.#draw = draw;
  }

  set(change: Partial<BadgeState>): void {
    Object.assign(this.#state, change);
    this.#show();
  }

  kept(how: "wholly" | "partly" = "wholly"): void {
    this.set({ justKept: how });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.set({ justKept: "no" }), keptFor);
  }

  /** The button's tooltip; empty text brings the ordinary one back. */
  say(words: string): void {
    void browser.action.setTitle({ title: words || browser.i18n.getMessage("action_title") });
  }

  #show(): void {
    const look = badgeLook(this.#state);
    // Whoever works says so hundreds of times a second, and each time the browser would draw its toolbar anew.
    if (look.text === this.#shown?.text && look.colour === this.#shown.colour) return;
    this.#shown = look;
    this.#draw(look);
  }
}

function drawOnButton({ text, colour }: BadgeLook): void {
  void browser.action.setBadgeText({ text });
  void browser.action.setBadgeBackgroundColor({ color: colour });
  void browser.action.setBadgeTextColor?.({ color: "#ffffff" });
}
