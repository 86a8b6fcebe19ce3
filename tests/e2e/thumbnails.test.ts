// The picture of what the window showed: taken at the click, kept with the snapshot, shown in the library; and none where
// nobody would expect one.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "puppeteer-core";
import type { MessageReply, Picture } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { pause, until } from "./support/until.ts";

const halves = (title: string, body = "") => `<!doctype html><title>${title}</title>
  <style>body{margin:0;background:linear-gradient(90deg,#c00000 50%,#0000c0 50%) fixed;height:3000px}</style>${body}`;

describe(`thumbnails in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
    session.site
      .page("/halves.html", halves("Halves"))
      .page("/second.html", halves("Second"))
      .page("/photo.html", photo)
      .page("/card.html", halves("Card", `<input name="card" autocomplete="section-a cc-number">`))
      .page("/password.html", halves("Password", `<input type="password" name="password">`));
  });
  after(async () => {
    await session?.stop();
  });

  async function keep(path: string): Promise<string> {
    const url = session.site.origin + path;
    await session.clickToolbarButton();
    const link = await session.keepleaf.kept(url);
    return link.snapshots[0]?.id ?? "";
  }
  const picturesOf = async (id: string): Promise<Picture[]> =>
    (await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id)).pictures ?? [];
  const thumbnailOf = (id: string) => until("the thumbnail", async () => (await picturesOf(id))[0]);

  test("a click keeps a small picture of what the window showed, and the popup shows it", async () => {
    await session.open(`${session.site.origin}/halves.html`);
    const id = await keep("/halves.html");
    const thumbnail = await thumbnailOf(id);
    assert.equal(thumbnail.kind, "thumbnail");
    assert.equal(thumbnail.width, 640);
    assert.equal(thumbnail.media_type, "image/webp");
    assert.ok(thumbnail.height > 200 && thumbnail.height <= 640, `${thumbnail.height} pixels high`);
    assert.ok(thumbnail.size <= 40_000, `${thumbnail.size} bytes`);
    await until("the picture in the popup", () => session.popup.pictures());
    await session.photograph("popup-thumbnail");
    await session.popup.close();
    assert.match(await session.keepleaf.run("show", id), /pictures\n +thumbnail +640x\d+ /);
    assert.equal((await session.keepleaf.json<{ ok: boolean }>("verify", "--deep")).ok, true);
  });

  test("the list and the versions show it", async () => {
    const library = await session.openExtensionPage("library.html");
    const colours = await coloursIn(library, ".link .thumbnail");
    assert.deepEqual(colours, ["red", "blue"]);
    await session.photograph("library-thumbnails");
    await library.evaluate(() =>
      document.querySelector<HTMLAnchorElement>('.link a[href^="#/link/"]')?.click(),
    );
    assert.deepEqual(await coloursIn(library, ".versions .thumbnail"), ["red", "blue"]);
    await session.photograph("link-thumbnails");
    await library.close();
  });

  test("a picture of a busy page stays small", async () => {
    await session.open(`${session.site.origin}/photo.html`);
    const thumbnail = await thumbnailOf(await keep("/photo.html"));
    assert.ok(thumbnail.size <= 40_000, `${thumbnail.size} bytes`);
    await session.popup.close();
  });

  test("dots of a password are no secret; a card number that can be read is, and no picture is taken", async () => {
    const words = [
      ["/password.html", "hunter2"],
      ["/card.html", "4111 1111 1111 1111"],
    ] as const;
    const ids: string[] = [];
    for (const [path, typed] of words) {
      const page = await session.open(session.site.origin + path);
      await page.type("input", typed);
      ids.push(await keep(path));
      await session.popup.says(/Kept in your library/);
      await session.popup.close();
    }
    await thumbnailOf(ids[0] as string);
    // A later page's picture is there: this one's would be, too.
    await session.open(`${session.site.origin}/second.html`);
    await thumbnailOf(await keep("/second.html"));
    await session.popup.close();
    assert.deepEqual(await picturesOf(ids[1] as string), []);
  });

  test("the page itself notices nothing of it", async () => {
    session.site.page("/watched.html", halves("Watched"));
    const page = await session.open(`${session.site.origin}/watched.html`);
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      for (const name of ["scroll", "resize", "visibilitychange", "pagehide", "beforeprint"]) {
        addEventListener(name, () => heard.push(name), true);
      }
      new MutationObserver(() => heard.push("changed")).observe(document, {
        attributes: true,
        childList: true,
        subtree: true,
      });
      new ResizeObserver(() => heard.push("resized")).observe(document.body);
    });
    await until("the first look", () =>
      page.evaluate(() => (window as unknown as { heard: string[] }).heard.join() === "resized"),
    );
    await session.pressShortcut();
    const link = await session.keepleaf.kept(`${session.site.origin}/watched.html`);
    await thumbnailOf(link.snapshots[0]?.id ?? "");
    assert.equal(
      await page.evaluate(() => (window as unknown as { heard: string[] }).heard.join()),
      "resized",
    );
  });

  test("a page that is kept in the background has one where the browser can take it", async () => {
    session.site.page("/behind.html", halves("Behind"));
    const several = await session.openExtensionPage("several.html");
    await several.bringToFront();
    await several.evaluate((address) => {
      const field = document.querySelector<HTMLTextAreaElement>("#addresses");
      if (field) field.value = address;
    }, `${session.site.origin}/behind.html`);
    await several.click("#keep-list");
    await session.answerPermission(true);
    const link = await session.keepleaf.kept(`${session.site.origin}/behind.html`);
    const id = link.snapshots[0]?.id ?? "";
    if (browserName === "firefox") {
      await thumbnailOf(id);
      const library = await session.openExtensionPage("library.html");
      assert.deepEqual(await coloursIn(library, ".link .thumbnail"), ["red", "blue"]);
      await library.close();
    } else {
      // Of the page in front, which is another one, there must be none in its place.
      await session.open(`${session.site.origin}/second.html`);
      await thumbnailOf(await keep("/second.html"));
      await session.popup.close();
      assert.deepEqual(await picturesOf(id), []);
    }
    await several.close();
  });

  test("switched off in the settings, none is taken", async () => {
    const options = await session.openExtensionPage("options.html");
    await options.bringToFront();
    await until("the setting", () =>
      options.evaluate(() => document.querySelector<HTMLInputElement>("#thumbnails")?.checked),
    );
    await options.click("#thumbnails");
    await session.photograph("options-thumbnails");
    session.site.page("/off.html", halves("Off"));
    await session.open(`${session.site.origin}/off.html`);
    const id = await keep("/off.html");
    await session.popup.says(/Kept in your library/);
    await session.popup.close();
    await options.bringToFront();
    await options.click("#thumbnails");
    await options.close();
    session.site.page("/on.html", halves("On"));
    await session.open(`${session.site.origin}/on.html`);
    await thumbnailOf(await keep("/on.html"));
    await session.popup.close();
    await pause(500);
    assert.deepEqual(await picturesOf(id), []);
  });
});

describe(`a thumbnail while the program is missing, in ${browserName}`, () => {
  test("waits for it with its page, and comes along", async () => {
    const session = await Session.start(undefined, { installed: false });
    try {
      session.site.page("/halves.html", halves("Halves"));
      const url = `${session.site.origin}/halves.html`;
      await session.open(url);
      await session.clickToolbarButton();
      await session.popup.says(/Nothing is lost/);
      await session.popup.close();
      await session.keepleaf.installInto(browserName);
      await session.clickToolbarButton();
      const link = await session.keepleaf.kept(url);
      await until("the thumbnail", async () => {
        const shown = await session.keepleaf.json<MessageReply<"snapshot.show">>(
          "show",
          link.snapshots[0]?.id ?? "",
        );
        return shown.pictures?.[0]?.kind === "thumbnail";
      });
    } finally {
      await session.stop();
    }
  });
});

/** As hard to compress as pages get: noise all over the window. */
const photo = `<!doctype html><title>Photo</title><style>body{margin:0}canvas{width:100vw;height:100vh}</style>
  <canvas width="1200" height="800"></canvas><script>
  const context = document.querySelector("canvas").getContext("2d");
  const noise = context.createImageData(1200, 800);
  let seed = 1;
  for (let at = 0; at < noise.data.length; at++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    noise.data[at] = at % 4 === 3 ? 255 : seed >> 16;
  }
  context.putImageData(noise, 0, 0);</script>`;

/** What the picture shows a quarter and three quarters across, by name. */
async function coloursIn(page: Page, selector: string): Promise<string[]> {
  return until(`the picture ${selector}`, () =>
    page.evaluate((wanted) => {
      const image = document.querySelector<HTMLImageElement>(wanted);
      if (!image?.complete || image.naturalWidth === 0) return undefined;
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext("2d");
      if (!context) return undefined;
      context.drawImage(image, 0, 0);
      const colours: string[] = [];
      for (const share of [0.25, 0.75]) {
        const [red = 0, green = 0, blue = 0] = context.getImageData(
          Math.round(canvas.width * share),
          Math.round(canvas.height / 2),
          1,
          1,
        ).data;
        const isRed = red > 150 && green < 60 && blue < 60;
        const isBlue = blue > 150 && green < 60 && red < 60;
        colours.push(isRed ? "red" : isBlue ? "blue" : `${red},${green},${blue}`);
      }
      return colours;
    }, selector),
  );
}
