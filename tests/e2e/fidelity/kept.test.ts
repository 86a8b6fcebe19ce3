// Wherever docs/fidelity.md says that Keepleaf passes, it does, in the browser that KEEPLEAF_BROWSER names.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { BrowserName } from "./browsers.ts";
import { measure } from "./measure.ts";
import { readReport } from "./report.ts";
import { StepSite } from "./site.ts";
import { loadSteps } from "./steps.ts";
import { startTool, type Tool } from "./tools.ts";

const browser = (process.env.KEEPLEAF_BROWSER ?? "chromium") as BrowserName;
const steps = await loadSteps();
const report = await readReport();

describe(`what docs/fidelity.md promises, in ${browser}`, () => {
  let site: StepSite;
  let tool: Tool;

  before(async () => {
    site = await StepSite.start(steps);
    tool = await startTool("Keepleaf", browser);
  });
  after(async () => {
    await tool?.stop();
    await site?.stop();
  });

  test("every step is on the scoreboard", () => {
    const missing = [...steps.keys()].filter((name) => !report.get(name)?.get(`${browser} Keepleaf`));
    assert.deepEqual(missing, [], "npm run fidelity puts them there");
  });

  for (const [name, step] of steps) {
    if (report.get(name)?.get(`${browser} Keepleaf`)?.verdict !== "pass") continue;
    test(`${name}: ${step.title}`, async () => {
      const { losses } = await measure(tool, name, step, site);
      assert.deepEqual(losses, []);
    });
  }
});
