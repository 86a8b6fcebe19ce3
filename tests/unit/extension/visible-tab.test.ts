import assert from "node:assert/strict";
import { mock, test } from "node:test";

let refusals = 0;
let calls = 0;
let words = "This request exceeds the MAX_CAPTURE_VISIBLE_TAB_CALLS_PER_SECOND quota.";
Object.assign(globalThis, {
  chrome: {
    runtime: {},
    tabs: {
      captureVisibleTab: async () => {
        calls++;
        if (refusals-- > 0) throw new Error(words);
        return "data:image/png;base64,";
      },
    },
  },
});
const { visibleTab } = await import("../../../extension/src/platform/visible-tab.ts");

async function outcome(refused: number): Promise<[string, number]> {
  mock.timers.enable({ apis: ["setTimeout"] });
  refusals = refused;
  calls = 0;
  let ended = "";
  const asking = visibleTab(1, { format: "png" }).then(
    () => {
      ended = "given";
    },
    () => {
      ended = "refused";
    },
  );
  while (ended === "") {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(1_000);
  }
  await asking;
  mock.timers.reset();
  return [ended, calls];
}

test("a picture that is one too many for this second is asked for again, a few times", async () => {
  assert.deepEqual(await outcome(0), ["given", 1]);
  assert.deepEqual(await outcome(2), ["given", 3]);
  assert.deepEqual(await outcome(9), ["refused", 5]);
});

test("what is refused for another reason is not asked for again", async () => {
  words = "The 'activeTab' permission is not in effect";
  assert.deepEqual(await outcome(1), ["refused", 1]);
});
