import assert from "node:assert/strict";
import { test } from "node:test";
import { badgeLook } from "../../../extension/src/background/badge.ts";
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
  assert.equal(readSettings({ keepPrivate: true }).keepPrivate, true);
});

test("the badge shows work before success, success before trouble, trouble before what waits", () => {
  const nothing = { working: 0, justKept: false, attention: false, trouble: false, waiting: 0 };
  assert.equal(badgeLook(nothing).text, "");
  assert.equal(badgeLook({ ...nothing, waiting: 3 }).text, "3");
  assert.equal(badgeLook({ ...nothing, waiting: 100 }).text, "99");
  assert.equal(badgeLook({ ...nothing, waiting: 3, attention: true }).text, "!");
  assert.equal(badgeLook({ ...nothing, waiting: 3, trouble: true }).text, "!");
  assert.equal(badgeLook({ ...nothing, attention: true, justKept: true }).text, "✓");
  assert.equal(badgeLook({ ...nothing, working: 1, justKept: true, attention: true, waiting: 1 }).text, "…");
});
