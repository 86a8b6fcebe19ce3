// One step with one tool: the page is visited and asked, saved, and opened again with the network dead.
import { pathToFileURL } from "node:url";
import pixelmatch from "pixelmatch";
import type { PNG } from "pngjs";
import { PNG as Png } from "pngjs";
import type { HTTPRequest, Page } from "puppeteer-core";
import { type Answers, askAll, evaluateIn } from "./evaluate.ts";
import { type StepSite, scriptMark } from "./site.ts";
import type { Step } from "./step.ts";
import type { Tool } from "./tools.ts";

export type Verdict = "pass" | "partial" | "fail";

export interface Measured {
  verdict: Verdict;
  /** What was not kept, one line each; empty for a pass. */
  losses: string[];
  /** Of the live page. */
  answers: Answers;
  pictures: { live: PNG; reopened: PNG } | null;
  /** What the tool wrote; there until the tool stops. */
  file: string | null;
}

/** Pixels that may differ beyond what two visits of the live page differ by: rounding in one glyph's edge. */
const spare = 4;

export async function measure(tool: Tool, name: string, step: Step, site: StepSite): Promise<Measured> {
  const live = await visit(tool, name, step, site);
  let answers: Answers;
  let liveShot: PNG;
  let file: string;
  try {
    answers = await askAll(live, step);
    const silent = Object.entries(answers).find(([, answer]) => answer.startsWith("!"));
    if (silent) throw new Error(`the live page does not answer "${silent[0]}": ${silent[1]}`);
    liveShot = await photograph(live, step);
    try {
      file = await tool.save(live);
    } catch (error) {
      return {
        verdict: "fail",
        losses: [`could not be saved: ${(error as Error).message}`],
        answers,
        pictures: null,
        file: null,
      };
    }
  } finally {
    await live.close();
  }
  const reopened = await reopen(tool, step, site, file, answers, liveShot);
  const { losses, broken, pixels } = reopened;
  if (pixels.differing > 0 && !step.withoutPixels) {
    const noise = await noiseOf(tool, name, step, site, liveShot);
    const over = pixels.differing - noise;
    if (over > spare) losses.push(`${over} pixels look different${noise ? ` (two visits: ${noise})` : ""}`);
  }
  const kept = Object.keys(step.probes).length - reopened.lost;
  const verdict = losses.length === 0 ? "pass" : broken || kept === 0 ? "fail" : "partial";
  return { verdict, losses, answers, pictures: { live: liveShot, reopened: pixels.picture }, file };
}

async function visit(tool: Tool, name: string, step: Step, site: StepSite): Promise<Page> {
  const page = await tool.browser.newPage();
  await tool.prepare(page);
  await page.bringToFront();
  await page.goto(site.url(name, step), { waitUntil: "load", timeout: 30_000 });
  await settled(page);
  await step.act?.(page);
  return page;
}

/** Fixtures that go on after the load event say when they are ready: `window.ready`, a promise. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await (window as { ready?: Promise<unknown> }).ready;
    await document.fonts?.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

async function photograph(page: Page, { inView = false }: Step): Promise<PNG> {
  await page.bringToFront();
  return Png.sync.read(
    Buffer.from(await page.screenshot({ type: "png", fullPage: !inView, captureBeyondViewport: !inView })),
  );
}

async function reopen(
  tool: Tool,
  step: Step,
  site: StepSite,
  file: string,
  answers: Answers,
  liveShot: PNG,
): Promise<{ losses: string[]; lost: number; broken: boolean; pixels: Compared }> {
  const losses: string[] = [];
  const asked: string[] = [];
  const page = await tool.browser.newPage();
  site.die();
  try {
    page.on("request", (request: HTTPRequest) => {
      if (tool.ownRequests && /^(?:https?|wss?|ftp):/i.test(request.url())) asked.push(request.url());
    });
    await page.goto(pathToFileURL(file).href, { waitUntil: "load", timeout: 30_000 });
    await settledCopy(page);
    const reopened = await askAll(page, step);
    for (const [name, answer] of Object.entries(answers)) {
      if (reopened[name] !== answer) losses.push(`${name}: ${answer} became ${reopened[name]}`);
    }
    const lost = losses.length;
    const picture = await photograph(page, step);
    const ran = await ranScripts(page);
    if (ran > 0) losses.push(`a script of the page ran in ${ran} of its documents`);
    const outside = new Set([...asked, ...site.afterDeath]);
    if (outside.size > 0) losses.push(`asked the network for ${[...outside].join(", ")}`);
    const broken = ran > 0 || outside.size > 0;
    return { losses, lost, broken, pixels: compare(liveShot, picture) };
  } finally {
    site.revive();
    await page.close();
  }
}

async function settledCopy(page: Page): Promise<void> {
  // As text: a page that was saved may forbid everything else.
  await page.evaluate(`document.fonts ? document.fonts.ready.then(() => 0) : 0`);
}

async function ranScripts(page: Page): Promise<number> {
  let ran = 0;
  for (const frame of page.frames()) {
    const asked = `() => globalThis[${JSON.stringify(scriptMark)}] ?? 0`;
    const answer = await evaluateIn(frame, asked as never).catch((error: Error) => {
      if (frame === page.mainFrame()) throw error;
      return "0"; // A frame in which nothing can be asked runs nothing either.
    });
    if (answer !== "0") ran++;
  }
  return ran;
}

async function noiseOf(tool: Tool, name: string, step: Step, site: StepSite, first: PNG): Promise<number> {
  const page = await visit(tool, name, step, site);
  try {
    return compare(first, await photograph(page, step)).differing;
  } finally {
    await page.close();
  }
}

interface Compared {
  differing: number;
  picture: PNG;
}

/** Where one is larger, what it has more counts as different. */
function compare(a: PNG, b: PNG): Compared {
  const width = Math.max(a.width, b.width);
  const height = Math.max(a.height, b.height);
  const differing = pixelmatch(grown(a, width, height), grown(b, width, height), undefined, width, height, {
    threshold: 0.1,
  });
  return { differing, picture: b };
}

function grown(image: PNG, width: number, height: number): Buffer {
  if (image.width === width && image.height === height) return image.data;
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < image.height; y++) {
    image.data.copy(data, y * width * 4, y * image.width * 4, (y + 1) * image.width * 4);
  }
  return data;
}
