// The main job, once: a real click on the real toolbar button of a real browser keeps a real page (installer/demo).
import { mkdir, rm } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { Session } from "./support/session.ts";
import { until } from "./support/until.ts";

const folder = resolve(import.meta.dirname, "../../build/demo");
const say = (line: string) => process.stdout.write(`${line}\n`);

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const session = await Session.start(folder);
try {
  const url = `${session.site.origin}/postgresql/sql-select.html`;
  await session.open(url);
  await session.clickToolbarButton();
  const link = await session.keepleaf.kept(url);
  const id = link.snapshots[0]?.id ?? "";
  await session.keepleaf.run("tag", "add", link.id, "demo/databases");
  await session.display.screenshot(resolve(folder, "clicked.png"));
  await session.display.key("Escape");

  const page = await session.openExtensionPage(`library.html#/snapshot/${id}`);
  await page.bringToFront();
  await until("the replayed page", () =>
    page.evaluate(() => document.querySelector("iframe")?.dataset.ready),
  );
  await session.display.screenshot(resolve(folder, "library.png"));
  await session.keepleaf.run("export", id, "--format", "html", "-o", resolve(folder, "page.html"));

  const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
  say("");
  say(`Kept: ${link.title}`);
  say(
    `      ${snapshot.resources.length} parts, ${snapshot.missing.length} missing, ${snapshot.size_raw} bytes, ${snapshot.size_stored} stored`,
  );
  say(await session.keepleaf.run("search", "LATERAL"));
  const show = (name: string) => relative(process.cwd(), resolve(folder, name));
  say("Look at it:");
  say(`  ${show("page.html")}      the snapshot as one file: open it in any browser`);
  say(`  ${show("clicked.png")}    the browser's window after the click`);
  say(`  ${show("library.png")}    the snapshot in the library page`);
  say(`  ${relative(process.cwd(), session.keepleaf.program)} --library ${show("library")} list`);
} finally {
  await session.stop();
}
