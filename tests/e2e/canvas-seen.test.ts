// What no script may read of a canvas is cut out of a picture of the tab, which the person's own key press allows: no
// access to any site is given here.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { Session } from "./support/session.ts";

const dot = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#c0c"/></svg>`;

let session: Session;

before(async () => {
  session = await Session.start();
  session.site.route("/foreign.svg", (_request, response) => {
    response.writeHead(200, { "content-type": "image/svg+xml" }).end(dot);
  });
});
after(() => session?.stop());

async function keep(path: string, style: string): Promise<MessageReply<"snapshot.show">> {
  session.site.page(
    path,
    `<!DOCTYPE html><title>${path}</title><canvas width="80" height="40" style="${style}"></canvas>
<script>
  const foreign = new Image();
  foreign.onload = () => document.querySelector("canvas").getContext("2d").drawImage(foreign, 10, 5);
  foreign.src = "${session.site.foreignOrigin}/foreign.svg";
</script>`,
  );
  const url = session.site.origin + path;
  await session.open(url);
  await session.pressShortcut();
  const link = await session.keepleaf.kept(url);
  return session.keepleaf.json("show", link.snapshots[0]?.id ?? "");
}

test("a tainted canvas that is in view is kept as it is seen", async () => {
  const { missing } = await keep("/in-view", "");
  assert.deepEqual(missing, []);
});

test("one that can't be seen is listed as missing", async () => {
  const { missing } = await keep("/below", "display: block; margin-top: 4000px");
  assert.deepEqual(
    missing.map(({ role, status }) => [role, status]),
    [["canvas", "tainted"]],
  );
});
