// Seeded damages: a page that was kept whole is kept again with one thing lost at a time, and the extension compares each
// with the live page, off-screen. Every loss lowers the score and is found: of its kind, part and place.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { livePage } from "../../extension/src/background/fidelity/live-page.ts";
import type { WaitingMeasure } from "../../extension/src/background/fidelity/measure-store.ts";
import type { Fidelity, FidelityRegion, MessageReply } from "../../extension/src/protocol/messages.ts";
import { captureId, Host, sendUpload, sha256 } from "../process/support/host.ts";
import { tinyFont } from "./capture/harness/tiny-font.ts";
import { leaveMeasures, measuresOf } from "./support/live-measure.ts";
import { browserName, Session } from "./support/session.ts";
import { TapedHost, type TapedPart } from "./support/taped-host.ts";
import { until } from "./support/until.ts";

type Shown = MessageReply<"snapshot.show">;
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Damage {
  what: string;
  kinds: string[];
  /** The element at whose place the loss is found; none: a place of the whole page will do. */
  at?: string;
  /** Whose part is to blame, by role and the end of its address; else the page itself. */
  part?: [role: string, address: string];
  change(parts: TapedPart[]): void;
}

function without(role: string, address: string): (parts: TapedPart[]) => void {
  return (parts) => {
    const lost = parts.find((part) => part.role === role && (part.url ?? "").endsWith(address));
    assert.ok(lost, `a ${role} at ${address}`);
    delete lost.bytes;
    lost.status = "unreachable";
  };
}

function rewritten(find: RegExp, put: string): (parts: TapedPart[]) => void {
  return ([page]) => {
    const html = page?.bytes?.toString() ?? "";
    assert.match(html, find);
    assert.ok(page);
    page.bytes = Buffer.from(html.replace(find, put));
  };
}

const damages: Damage[] = [
  {
    what: "a style sheet",
    kinds: ["sheet"],
    part: ["stylesheet", "sheet.css"],
    at: ".card",
    change: without("stylesheet", "sheet.css"),
  },
  {
    what: "a font",
    kinds: ["font"],
    part: ["font", "losses.ttf"],
    at: ".lettered",
    change: without("font", "losses.ttf"),
  },
  {
    what: "a frame",
    kinds: ["frame"],
    part: ["frame", "frame.html"],
    at: "#inner",
    change: without("frame", "frame.html"),
  },
  {
    what: "canvas pixels",
    kinds: ["canvas"],
    part: ["canvas", ""],
    at: "#drawn",
    change: without("canvas", ""),
  },
  {
    what: "the page's scroll offset",
    kinds: ["scroll"],
    change: rewritten(/(<html[^>]*?) data-keepleaf-scroll="[^"]*"/, "$1"),
  },
  {
    what: "a box's scroll offset",
    kinds: ["scroll"],
    at: "#scrolled",
    change: rewritten(/(<div id="scrolled"[^>]*?) data-keepleaf-scroll="[^"]*"/, "$1"),
  },
  {
    what: "an image",
    kinds: ["image"],
    part: ["image", "picture.png"],
    at: "#picture",
    change: without("image", "picture.png"),
  },
  {
    what: "a background image",
    kinds: ["image"],
    part: ["image", "back.png"],
    at: "#backed",
    change: without("image", "back.png"),
  },
  {
    what: "what was typed",
    kinds: ["state"],
    at: "#typed",
    change: rewritten(/typed by a person/, "as it came"),
  },
  {
    what: "what was checked",
    kinds: ["state"],
    at: "#checked",
    change: rewritten(/(<input id="checked"[^>]*?) checked=""/, "$1"),
  },
  {
    what: "an open shadow root",
    kinds: ["structure", "text"],
    at: "#open-host",
    change: rewritten(/<template shadowrootmode="open"[\s\S]*?<\/template>/, ""),
  },
  {
    what: "a closed shadow root",
    kinds: ["structure", "text"],
    at: "#closed-host",
    change: rewritten(/<template shadowrootmode="closed"[\s\S]*?<\/template>/, ""),
  },
  {
    what: "an adopted sheet",
    kinds: ["style"],
    at: "#adopted-only",
    change: rewritten(/<style data-keepleaf-adopted[\s\S]*?<\/style>/, ""),
  },
  {
    what: "a rule that script inserted",
    kinds: ["style"],
    at: "#by-rule",
    change: rewritten(
      /(<style id="edited"[^>]*>)[\s\S]*?<\/style>/,
      "$1#by-rule { min-height: 20px }</style>",
    ),
  },
  {
    what: "words of an element",
    kinds: ["text"],
    at: "#text",
    change: rewritten(/Words that a person has read here\./, "Words."),
  },
  {
    what: "a dialog's place on top",
    kinds: ["layer"],
    at: "#dialog",
    change: rewritten(/<dialog id="dialog"[^>]*>/, '<dialog id="dialog">'),
  },
];

let session: Session;
let url = "";
let parts: TapedPart[] = [];
let whole: Fidelity;
const boxes = new Map<string, Box>();
const kept = new Map<string, string>();

before(async () => {
  session = await Session.start();
  const tape = await TapedHost.install(session.keepleaf, browserName);
  session.site.route("/made/losses.ttf", (_request, response) => {
    response.writeHead(200, { "content-type": "font/ttf" }).end(tinyFont("Lettered"));
  });
  url = `${session.site.origin}/fixtures/losses/index.html`;
  const page = await session.open(url);
  for (const { at } of damages) {
    if (at === undefined) continue;
    const box = await page.evaluate((selector) => {
      const rect = document.querySelector(selector)?.getBoundingClientRect();
      return rect && { x: rect.x + scrollX, y: rect.y + scrollY, width: rect.width, height: rect.height };
    }, at);
    assert.ok(box, at);
    boxes.set(at, box);
  }
  await session.pressShortcut();
  const snapshot = (await session.keepleaf.kept(url)).snapshots[0]?.id ?? "";
  whole = await fidelityOf(snapshot);
  parts = await tape.parts(snapshot);

  const extensionPage = await session.openExtensionPage("library.html");
  const frames = await measuresOf(extensionPage, url);
  const collected = parts.map(({ n, parent, role, url: address }) => {
    const frameId = frames.find((frame) => frame.url === address && /^(document|frame)$/.test(role))?.frameId;
    return {
      n,
      role,
      ...(parent === undefined ? {} : { parent }),
      ...(frameId === undefined ? {} : { frameId }),
    };
  });
  const seen = livePage(frames, collected);
  assert.ok(seen);
  const measures: WaitingMeasure[] = [];
  for (const damage of damages) {
    const hurt = parts.map((part) => ({ ...part }));
    damage.change(hurt);
    const capture = captureId();
    await keep(capture, hurt);
    kept.set(damage.what, capture);
    measures.push({ capture, snapshot: capture, page: seen, at: measures.length, attempts: 0 });
  }
  session.site.requests.length = 0;
  // No more at a time than may wait. The next comparison finds them.
  for (let at = 0; at < measures.length; at += 8) {
    const some = measures.slice(at, at + 8);
    await leaveMeasures(extensionPage, some);
    const other = `${session.site.origin}/other/${at}`;
    session.site.page(`/other/${at}`, "<!doctype html><title>Other</title><p>Another page");
    await session.open(other);
    await session.pressShortcut();
    await fidelityOf(some[0]?.snapshot ?? "");
  }
});
after(() => session?.stop());

async function keep(capture: string, hurt: TapedPart[]): Promise<void> {
  const { home, library: folder } = session.keepleaf;
  const environment = { PATH: process.env.PATH ?? "", HOME: home, KEEPLEAF_LIBRARY: folder };
  const host = new Host({ folder: home, library: folder, environment, processes: [], [Symbol.dispose]() {} });
  await host.hello();
  await host.ask("capture.begin", { capture, url });
  for (const { n, bytes } of hurt) {
    if (!bytes) continue;
    await sendUpload(host, capture, n, bytes, 0);
    await host.ask("capture.end_upload", { capture, upload: n, size: bytes.length, sha256: sha256(bytes) });
  }
  const table = hurt.map(({ bytes, ...part }) => ({ ...part, ...(bytes ? { sha256: sha256(bytes) } : {}) }));
  await host.ask("capture.parts", { capture, parts: table });
  const page = { url, title: "Losses", taken_at: "2026-11-22T05:55:01.250Z", engine: "tab" };
  await host.ask("capture.commit", { capture, page, parts: table.length });
  await host.close();
}

function fidelityOf(snapshot: string): Promise<Fidelity> {
  return until(`the fidelity of ${snapshot}`, async () => {
    const shown = await session.keepleaf.json<Shown>("show", snapshot);
    return shown.fidelity;
  });
}

test("of the whole page nearly nothing is lost", () => {
  assert.ok(whole.score >= 0.98, JSON.stringify(whole));
});

test("comparing asks nobody for anything", () => {
  const asked = session.site.requests.filter((line) => !/^GET \/(?:other\/\d+|favicon\.ico)$/.test(line));
  assert.deepEqual(asked, []);
});

for (const { what, kinds, at, part } of damages) {
  test(`${what}: the loss is noticed and found`, async () => {
    const fidelity = await fidelityOf(kept.get(what) ?? "");
    const words = JSON.stringify(fidelity);
    assert.ok(
      fidelity.score < whole.score - 0.002,
      `${fidelity.score} is not lower than ${whole.score}: ${words}`,
    );
    const [role, address] = part ?? ["document", ""];
    const guilty = parts.find((one) => one.role === role && (one.url ?? "").endsWith(address));
    const found = fidelity.regions.filter(
      (region) => kinds.includes(region.kind) && region.part === guilty?.n,
    );
    assert.ok(found.length > 0, `a region of ${kinds.join(" or ")} of part ${guilty?.n}: ${words}`);
    if (at)
      assert.ok(
        found.some((region) => isAt(region, boxes.get(at))),
        `at ${JSON.stringify(boxes.get(at))}: ${words}`,
      );
    const told = new Set(whole.regions.map(keyOf));
    assert.ok(
      found.some((region) => !told.has(keyOf(region))),
      "it is not what the whole page lacks too",
    );
  });
}

const keyOf = ({ part, kind, rect }: FidelityRegion) => `${part} ${kind} ${rect.x} ${rect.y}`;

/** The middle of the element lies in the region. */
function isAt({ rect }: FidelityRegion, box: Box | undefined): boolean {
  if (!box) return false;
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  return x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height;
}
