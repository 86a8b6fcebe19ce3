// Tabs that show a file and not a page: kept as the bytes that were served.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { PNG } from "pngjs";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";

const pdf = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
`);

const files = [
  { path: "/picture.png", type: "image/png", bytes: PNG.sync.write(new PNG({ width: 20, height: 10 })) },
  { path: "/notes.txt", type: "text/plain", bytes: Buffer.from("plain <b>text</b>\r\nin två lines\r\n") },
  // Last: in Firefox it needs access to its site, which the others do not.
  { path: "/paper.pdf", type: "application/pdf", bytes: pdf },
];

describe(`tabs that show a file, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
    for (const { path, type, bytes } of files) {
      session.site.route(path, (_request, response) => {
        const head = { "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type };
        response.writeHead(200, { ...head, "content-length": bytes.length }).end(bytes);
      });
    }
  });
  after(async () => {
    await session?.stop();
  });

  for (const { path, type, bytes } of files) {
    test(`a tab with ${type} is kept as its bytes`, async () => {
      const url = session.site.origin + path;
      await session.openFile(url);
      await session.clickToolbarButton();
      const text = await session.popup.says(/Kept in your library|can't be kept/);
      if (/Allow access and keep again/.test(text)) {
        assert.deepEqual([browserName, type], ["firefox", "application/pdf"], "only its viewer needs access");
        await session.photograph("file-needs-access");
        await session.popup.press("Allow access and keep again");
        await session.answerPermission(true);
        await session.keepleaf.kept(url);
        await session.clickToolbarButton();
        await session.popup.says(/Already kept/);
      }
      await session.photograph(`file-${type.replace("/", "-")}`);
      await session.popup.close();
      const link = await session.keepleaf.kept(url);
      const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>(
        "show",
        link.snapshots[0]?.id ?? "",
      );
      const document = snapshot.resources.find(({ role }) => role === "document");
      assert.equal(document?.sha256, createHash("sha256").update(bytes).digest("hex"));
      assert.equal(document?.size, bytes.length);
      assert.match(document?.type ?? "", new RegExp(`^${type}`));
      assert.deepEqual(snapshot.missing, []);
    });
  }

  for (const { path, type, bytes } of files) {
    // Chromium gives the bytes with access to all addresses; Firefox gives them to nobody.
    test(`a file of this computer with ${type} is kept as its bytes where the browser gives them`, async () => {
      const file = join(session.keepleaf.home, path);
      await writeFile(file, bytes);
      const url = pathToFileURL(file).href;
      await session.openFile(url);
      await session.clickToolbarButton();
      const text = await session.popup.says(
        /Kept in your library|file on your computer|can't be kept|closed/,
      );
      if (browserName === "firefox") {
        assert.match(text, /Firefox lets no extension read files/);
        await session.popup.close();
        return;
      }
      if (/Allow access and keep again/.test(text)) {
        await session.photograph("local-file-needs-access");
        await session.popup.press("Allow access and keep again");
        await session.answerPermission(true);
        await session.clickToolbarButton();
        const again = await session.popup.says(
          /Already kept|Kept in your library|can't be kept|file on your/,
        );
        // Chromium may give what was just allowed only to a background that starts later: then it is said, not passed over.
        if (!/Already kept|Kept in your library/.test(again)) {
          await session.photograph("local-file-refused");
          await session.popup.close();
          return;
        }
      }
      await session.popup.close();
      const link = await session.keepleaf.kept(url);
      const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>(
        "show",
        link.snapshots[0]?.id ?? "",
      );
      const document = snapshot.resources.find(({ role }) => role === "document");
      assert.equal(document?.sha256, createHash("sha256").update(bytes).digest("hex"));
      assert.match(document?.type ?? "", new RegExp(`^${type}`));
    });
  }
});
