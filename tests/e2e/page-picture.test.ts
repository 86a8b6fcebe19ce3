// A picture of the whole page, out of the kept one: the live page is long gone, and nothing is asked of its server.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "puppeteer-core";
import type { MessageReply, Picture } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

const bands = ["#c00000", "#00a000", "#0000c0", "#c0c000", "#00a0a0"];
/** Bands of 600 pixels; a bar that stays at the top of the window, one that sticks there, one that hides in a tree. */
const tall = (height: number) => `<!doctype html><title>Bands</title>
  <style>
    body { margin: 0; height: ${height}px; background: repeating-linear-gradient(${bands
      .map((band, at) => `${band} ${at * 600}px ${(at + 1) * 600}px`)
      .join(", ")}) }
    #fixed { position: fixed; inset: 0 0 auto auto; width: 50%; height: 40px; background: #ffffff }
    #sticky { position: sticky; top: 0; width: 100px; height: 40px; background: #000000 }
  </style><div id="sticky"></div><div id="fixed"></div>
  <div><template shadowrootmode="open"><div style="position:fixed;bottom:0;left:0;width:50px;height:30px;background:#ff00ff"></div></template></div>`;

describe(`a picture of the whole page, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
    session.site.page("/tall.html", tall(3000)).page("/endless.html", tall(40_000));
  });
  after(async () => {
    await session?.stop();
  });

  async function keep(path: string): Promise<string> {
    const url = session.site.origin + path;
    await session.open(url);
    await session.clickToolbarButton();
    const link = await session.keepleaf.kept(url);
    await session.popup.close();
    await session.open("about:blank");
    return link.snapshots[0]?.id ?? "";
  }
  const pageOf = async (id: string): Promise<Picture | undefined> =>
    (await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id)).pictures?.find(
      ({ kind }) => kind === "page",
    );
  async function openPictures(id: string): Promise<Page> {
    const library = await session.openExtensionPage(`library.html#/snapshot/${id}/picture`);
    await library.bringToFront();
    await until("the pictures", () => library.evaluate(() => document.querySelector(".pictures") !== null));
    return library;
  }
  const press = (library: Page) => library.click(".pictures button.action");
  const toast = (library: Page) =>
    until("a toast", () =>
      library.evaluate(() => document.querySelector<HTMLElement>("#toasts .toast span")?.innerText),
    );

  test("is asked for, needs access, and shows every part of the page once", async () => {
    const id = await keep("/tall.html");
    const library = await openPictures(id);
    await session.photograph("picture-window");
    const requests = session.site.requests.length;
    await press(library);
    await session.answerPermission(true);
    await until("the words while it is taken", () =>
      library.evaluate(() => document.querySelector<HTMLElement>(".taking")?.innerText),
    );
    assert.match(await toast(library), /The picture was added/);
    const picture = await until("the picture", () => pageOf(id));
    assert.equal(picture.height, 3000);
    assert.equal(picture.media_type, "image/webp");
    assert.equal(picture.partial, undefined);
    assert.equal(session.site.requests.length, requests, "nobody was asked for anything");
    await until("the picture on the page", () =>
      library.evaluate(
        (height) => document.querySelector<HTMLImageElement>(".pictures img")?.naturalHeight === height,
        3000,
      ),
    );
    await session.photograph("picture-page");
    const pixels = await pixelsOf(library, [
      ...bands.map((_, at) => [300, at * 600 + 300] as const),
      [picture.width - 10, 20], // the bar that stays, where it was seen
      [picture.width - 10, 920],
      [20, 1520],
      [20, 20], // the one that sticks, where it begins
    ]);
    assert.deepEqual(pixels, [...bands, "#ffffff", bands[1], bands[2], "#000000"]);
    await library.close();
  });

  test("of a page without end, the beginning is kept and said to be that", async () => {
    const id = await keep("/endless.html");
    const library = await openPictures(id);
    await press(library);
    assert.match(await toast(library), /The picture was added/);
    const picture = await until("the picture", () => pageOf(id));
    assert.equal(picture.partial, true);
    assert.ok(picture.height > 10_000 && picture.height <= 16_000, `${picture.height} pixels high`);
    assert.match(
      await library.evaluate(() => document.querySelector<HTMLElement>(".pictures")?.innerText ?? ""),
      /only its beginning/,
    );
    assert.match(await session.keepleaf.run("show", id), /the page goes on/);
    await library.close();
  });

  test("a window that is left meanwhile gives none, and says so", async () => {
    const id = await keep("/tall.html");
    const library = await openPictures(id);
    const before = await pageOf(id);
    await press(library);
    await until("the words while it is taken", () =>
      library.evaluate(() => document.querySelector<HTMLElement>(".taking")?.innerText),
    );
    await session.open("about:blank");
    assert.match(await toast(library), /left or changed meanwhile/);
    assert.deepEqual(await pageOf(id), before);
    await library.close();
  });

  test("the popup leads there", async () => {
    const url = `${session.site.origin}/short.html`;
    session.site.page("/short.html", "<!doctype html><title>Short</title><p>words");
    await session.open(url);
    await session.clickToolbarButton();
    await session.popup.says(/Add a picture of the whole page/);
    await session.photograph("popup-whole-picture");
    const link = await session.keepleaf.kept(url);
    await session.popup.press("Add a picture of the whole page");
    const address = session.window.extensionUrl(`library.html#/snapshot/${link.snapshots[0]?.id}/picture`);
    await until("the library page", () => session.window.shows(address));
  });

  test("can be saved as a file", async () => {
    const snapshots = (await session.keepleaf.links()).flatMap((link) => link.snapshots);
    const pictured = snapshots.find(({ pictures }) => pictures?.includes("page"));
    const library = await openPictures(pictured?.id ?? "");
    const saved = await until("the link to save it", () =>
      library.evaluate(() => {
        const save = document.querySelector<HTMLAnchorElement>(".pictures figure a[download]");
        const image = document.querySelector<HTMLImageElement>(".pictures figure img");
        if (!save || save.hidden || !image?.complete) return undefined;
        return { name: save.download, isSame: save.href === image.src, width: image.naturalWidth };
      }),
    );
    assert.equal(saved.name, "page.webp");
    const file = join(session.keepleaf.home, "picture.webp");
    await session.keepleaf.run("export", pictured?.id ?? "", "--format", "picture", "-o", file);
    assert.equal((await readFile(file)).toString("latin1", 8, 12), "WEBP");
    assert.ok(saved.isSame && saved.width > 300);
    await library.close();
  });
});

/** Lossy: the nearest of the shades that the page has. */
async function pixelsOf(library: Page, places: (readonly [number, number])[]): Promise<string[]> {
  const pixels = await library.evaluate((wanted) => {
    const image = document.querySelector<HTMLImageElement>(".pictures img") as HTMLImageElement;
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    return wanted.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.subarray(0, 3)]);
  }, places);
  const shades = ["00", "a0", "c0", "ff"];
  const far = (shade: string, value: number) => Math.abs(Number.parseInt(shade, 16) - value);
  const nearest = (value: number) =>
    shades.reduce((one, other) => (far(other, value) < far(one, value) ? other : one));
  return pixels.map((pixel) => `#${pixel.map(nearest).join("")}`);
}
