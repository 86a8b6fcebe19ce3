import assert from "node:assert/strict";
import { test } from "node:test";
import { Badge, badgeLook } from "../../../extension/src/background/badge.ts";
import { defaults, readSettings } from "../../../extension/src/background/settings.ts";

test("settings that were never made, or are damaged, are the defaults", () => {
  assert.deepEqual(readSettings({}), defaults);
  for (const resourceLimitMiB of [0, -1, 1.5, 2049, "64", null, Number.NaN]) {
    assert.equal(readSettings({ resourceLimitMiB }).resourceLimitMiB, defaults.resourceLimitMiB);
  }
  assert.equal(readSettings({ askFirst: "yes" }).askFirst, false);
});

test("settings are taken at both ends of their range", () => {
  assert.equal(readSettings({ resourceLimitMiB: 1 }).resourceLimitMiB, 1);
  assert.equal(readSettings({ resourceLimitMiB: 2048 }).resourceLimitMiB, 2048);
  assert.equal(readSettings({ mediaLimitMiB: 0 }).mediaLimitMiB, 0, "none is kept");
  for (const mediaLimitMiB of [-1, 0.5, 2049, "0", null]) {
    assert.equal(readSettings({ mediaLimitMiB }).mediaLimitMiB, defaults.mediaLimitMiB);
  }
  assert.equal(readSettings({ allSizes: true }).allSizes, true);
  assert.equal(readSettings({ allSizes: "yes" }).allSizes, false);
  assert.equal(readSettings({ keepPrivate: true }).keepPrivate, true);
});

test("a page that was kept without its parts of other sites has a badge of another colour", () => {
  const state = { working: 0, attention: false, trouble: false, waiting: 0 };
  const [wholly, partly] = (["wholly", "partly"] as const).map((justKept) =>
    badgeLook({ ...state, justKept }),
  );
  assert.equal(partly?.text, "✓");
  assert.notEqual(partly?.colour, wholly?.colour);
});

test("the badge is drawn when its look changes, not at every step of the work", () => {
  const drawn: string[] = [];
  const badge = new Badge(({ text }) => drawn.push(text));
  for (let step = 0; step < 300; step++) badge.set({ working: 1 + (step % 2) });
  badge.set({ working: 0, waiting: 2 });
  badge.set({ waiting: 3 });
  assert.deepEqual(drawn, ["…", "2", "3"]);
});

test("white words on every badge can be read: a contrast of 4.5 to 1 at least", () => {
  const state = { working: 0, justKept: "no", attention: false, trouble: false, waiting: 0 } as const;
  const looks = [
    { ...state, working: 1 },
    { ...state, justKept: "wholly" },
    { ...state, justKept: "partly" },
    { ...state, attention: true },
    { ...state, waiting: 1 },
  ] as const;
  for (const { text, colour } of looks.map(badgeLook)) {
    // WCAG 2.2, relative luminance and contrast ratio.
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    assert.ok(1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 4.5, `${text} ${colour}`);
  }
});

test("the badge shows work before success, success before trouble, trouble before what waits", () => {
  const nothing = { working: 0, justKept: "no", attention: false, trouble: false, waiting: 0 } as const;
  assert.equal(badgeLook(nothing).text, "");
  assert.equal(badgeLook({ ...nothing, waiting: 3 }).text, "3");
  assert.equal(badgeLook({ ...nothing, waiting: 99 }).text, "99");
  assert.equal(badgeLook({ ...nothing, waiting: 100 }).text, "99+");
  assert.equal(badgeLook({ ...nothing, waiting: 3, attention: true }).text, "!");
  assert.equal(badgeLook({ ...nothing, waiting: 3, trouble: true }).text, "!");
  assert.equal(badgeLook({ ...nothing, attention: true, justKept: "wholly" }).text, "✓");
  const all = { working: 1, justKept: "wholly", attention: true, trouble: true, waiting: 1 } as const;
  assert.equal(badgeLook(all).text, "…");
});
