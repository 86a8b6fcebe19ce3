// npm run fidelity [-- [NAME…] [--browser chromium|firefox] [--tool Keepleaf|"By URL"|SingleFile|MHTML] [--pictures DIR] [--answers]
// [--print]]
//
// Measures every step (or those whose name begins so) with every tool, and rewrites docs/fidelity.md. --print leaves that
// page alone; --pictures keeps what was compared and saved, --answers tells what the live pages said.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { PNG } from "pngjs";
import type { BrowserName } from "./browsers.ts";
import { type Measured, measure } from "./measure.ts";
import { installPeers, peersFolder } from "./peers.ts";
import { type Column, readReport, reportFile, writeReport } from "./report.ts";
import { StepSite } from "./site.ts";
import { loadSteps } from "./steps.ts";
import { canMeasure, startTool, type ToolName, toolsOf } from "./tools.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    browser: { type: "string", multiple: true },
    tool: { type: "string", multiple: true },
    pictures: { type: "string" },
    answers: { type: "boolean" },
    print: { type: "boolean" },
  },
});

const steps = await loadSteps(positionals);
const site = await StepSite.start(steps);
const results = await readReport();
const versions = new Set<string>();

for (const browser of ["chromium", "firefox"] satisfies BrowserName[]) {
  if (values.browser && !values.browser.includes(browser)) continue;
  for (const tool of toolsOf[browser]) {
    if (values.tool && !values.tool.includes(tool)) continue;
    await column(browser, tool);
    // Column by column: what was measured is not lost with what fails later.
    if (!values.print) await writeReport(results, await loadSteps(), versions);
  }
}
await site.stop();
if (!values.print) console.log(`wrote ${reportFile}`);

async function column(browser: BrowserName, tool: ToolName): Promise<void> {
  if (tool === "SingleFile") installPeers();
  const running = await startTool(tool, browser);
  try {
    versions.add(
      (await running.browser.version())
        .replace(/^(?:Headless)?Chrome/, "Chromium")
        .replace(/^firefox/, "Firefox")
        .replace("/", " "),
    );
    if (tool === "SingleFile") versions.add(await peerVersion());
    for (const [name, step] of steps) {
      if (!canMeasure(tool, step)) continue;
      const measured = await measure(running, name, step, site).catch((error: Error) => {
        // The page itself failed, live: that says nothing about the tool, whose cell stays as it was.
        console.log(`not measured: ${browser} ${tool} ${name}: ${error.message}`);
        process.exitCode = 1;
      });
      if (!measured) continue;
      const row = results.get(name) ?? new Map();
      const column: Column = `${browser} ${tool}`;
      results.set(name, row.set(column, measured));
      console.log(`${measured.verdict.padEnd(8)}${column.padEnd(22)}${name}`);
      for (const loss of measured.losses) console.log(`          ${loss.slice(0, 400)}`);
      if (values.answers) console.log(measured.answers);
      if (values.pictures) await keepPictures(`${name}-${browser}-${tool}`, measured);
    }
  } finally {
    await running.stop();
  }
}

async function peerVersion(): Promise<string> {
  const lock = await readFile(join(peersFolder, "package.json"), "utf8");
  const { dependencies } = JSON.parse(lock) as { dependencies: Record<string, string> };
  return `single-file-core ${dependencies["single-file-core"]}`;
}

async function keepPictures(name: string, { pictures, file }: Measured): Promise<void> {
  if (!pictures || !file || !values.pictures) return;
  const folder = resolve(values.pictures);
  await mkdir(folder, { recursive: true });
  await copyFile(file, join(folder, name + extname(file)));
  await writeFile(join(folder, `${name}-live.png`), PNG.sync.write(pictures.live));
  await writeFile(join(folder, `${name}-reopened.png`), PNG.sync.write(pictures.reopened));
}
