// After a capture, what was seen is compared with what is kept: by the real extension, off-screen, into the real library.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Fidelity, MessageReply } from "../../extension/src/protocol/messages.ts";
import { Session } from "./support/session.ts";
import { until } from "./support/until.ts";

type Shown = MessageReply<"snapshot.show">;

let session: Session;
before(async () => {
  session = await Session.start();
});
after(() => session?.stop());

async function keep(path: string): Promise<string> {
  const url = `${session.site.origin}${path}`;
  await session.open(url);
  await session.pressShortcut();
  const link = await session.keepleaf.kept(url);
  const newest = link.snapshots[0];
  assert.ok(newest);
  return newest.id;
}

async function fidelityOf(snapshot: string): Promise<Fidelity> {
  return until(`the fidelity of ${snapshot}`, async () => {
    const shown = await session.keepleaf.json<Shown>("show", snapshot);
    return shown.fidelity;
  });
}

const pages = [
  "/python/library/re.html",
  "/postgresql/sql-select.html",
  "/handbook/zh-CN/packaging-system.html",
  "/reference/ch01.zh-cn.html",
  "/reference/ch01.ja.html",
];
for (const path of pages) {
  test(`nothing is lost of ${path}`, async () => {
    const fidelity = await fidelityOf(await keep(path));
    assert.ok(fidelity.score >= 0.98, JSON.stringify(fidelity));
  });
}
