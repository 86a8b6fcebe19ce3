// An address that was typed: a tab of the person's own first, the library's program where that may not be or fails, and
// never both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AddDeskParts, addAddress, isAddQuestion } from "../../../extension/src/background/add-desk.ts";
import type { JobView } from "../../../extension/src/background/ui-messages.ts";

const url = "https://example.org/";
const link_id = "3f1c2a4e-9b7d-8c55-a1b2-0123456789ab";
const job_id = "019aa9f0-5c00-7000-8000-0000000000a1";

function desk(change: Partial<AddDeskParts> = {}) {
  const calls: string[] = [];
  const parts: AddDeskParts = {
    hasAllSites: async () => true,
    captureTab: async () => {
      calls.push("tab");
      return { stage: "kept", committed: { snapshot_id: "s" } } as unknown as JobView;
    },
    addToLibrary: async () => {
      calls.push("library");
      return { ok: true, value: { link_id, job_id } };
    },
    addLater: async () => {
      calls.push("later");
    },
    refuseAccess: async () => {
      calls.push("refused");
    },
    ...change,
  };
  return { calls, parts };
}
const ask = { to: "keepleaf.add", url } as const;

test("with access it is kept from a tab, and nobody else fetches it", async () => {
  const { calls, parts } = desk();
  assert.deepEqual(await addAddress(ask, parts), { by: "tab", snapshot: "s" });
  assert.deepEqual(calls, ["tab"]);
});

test("without access no tab is opened; a refusal is remembered", async () => {
  const { calls, parts } = desk({ hasAllSites: async () => false });
  const answer = await addAddress({ ...ask, refused: true }, parts);
  assert.deepEqual(answer, { by: "host", why: "no_access", link: link_id, job: job_id });
  assert.deepEqual(calls, ["refused", "library"]);
});

for (const [name, captureTab] of [
  ["fails", async () => ({ stage: "failed" }) as JobView],
  ["is refused", async () => ({ stage: "refused" }) as JobView],
  ["breaks", () => Promise.reject(new Error("the window is gone"))],
  ["has no window", async () => null],
] as const) {
  test(`a tab that ${name} leaves it to the library's program, and that is said`, async () => {
    const { calls, parts } = desk({ captureTab });
    const answer = await addAddress(ask, parts);
    assert.equal(answer.by === "host" && answer.why, "tab_failed");
    assert.deepEqual(calls, ["library"]);
  });
}

test("a host that can't be reached gets it later; what it will never take is refused now", async () => {
  const gone = desk({
    hasAllSites: async () => false,
    addToLibrary: async () => ({
      ok: false,
      error: { code: "disconnected", message: "no host", retry: "later" },
    }),
  });
  assert.equal((await addAddress(ask, gone.parts)).by, "later");
  assert.deepEqual(gone.calls, ["later"]);
  const unfit = desk({
    hasAllSites: async () => false,
    addToLibrary: async () => ({
      ok: false,
      error: { code: "bad_request", message: "no URL", retry: "never" },
    }),
  });
  assert.equal((await addAddress(ask, unfit.parts)).by, "nobody");
  assert.deepEqual(unfit.calls, []);
});

test("only a question with an address is one", () => {
  assert.ok(isAddQuestion(ask));
  for (const other of [null, {}, { to: "keepleaf.add" }, { to: "keepleaf.host", url }, "keepleaf.add"]) {
    assert.ok(!isAddQuestion(other));
  }
});
