// Memory that a capture takes in the browser: how far the resident memory of the processes that run scripts (the page's,
// the extension's) rises above what it was before the click. In Chromium, which tells its processes apart:
//
//   npm run bench:memory
import { readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { pause } from "../e2e/support/until.ts";
import { BenchBrowser } from "./versus/browser.ts";
import { clickToKept } from "./versus/contest.ts";
import { Web } from "./versus/web.ts";

const mebibyte = 1024 * 1024;
const rows = Array.from(
  { length: 100_000 },
  (_, n) => `<tr id="r${n}"><td>row ${n}</td><td>some words of a cell</td></tr>`,
);
const document = `<!doctype html><title>Large</title><table>${rows.join("")}</table>`;
const pictures = 64;
/** A small picture with a long tail: browsers decode what they know and keep the rest as it came. */
const picture = Buffer.concat([
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
  Buffer.alloc(mebibyte, 0x5a),
]);
const gallery = `<!doctype html><title>Gallery</title>${Array.from({ length: pictures }, (_, n) => `<img src="/picture-${n}.png">`).join("")}`;

const say = (line: string) => process.stdout.write(`${line}\n`);
const peak = async (pid: number, field: "VmHWM" | "VmRSS") => {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0) * 1024;
};

const web = await Web.start({ pages: [], mounts: [], recordings: [] });
web.page("/large.html", document);
web.page("/gallery.html", gallery);
for (let n = 0; n < pictures; n++)
  web.bytes(`/picture-${n}.png`, "image/png", Buffer.concat([picture, Buffer.from([n])]));
try {
  for (const pageCapture of [false, true]) {
    const browser = await BenchBrowser.start("chromium", { proxyPort: web.proxyPort, pageCapture });
    try {
      for (const [path, largest] of [
        ["/large.html", document.length],
        ["/gallery.html", gallery.length],
      ] as const) {
        await browser.show(web.address(path, "1"));
        await pause(2_000);
        const pids = await browser.scriptProcesses();
        const before = new Map<number, number>();
        for (const pid of pids) {
          await writeFile(`/proc/${pid}/clear_refs`, "5"); // proc(5): the peak begins anew
          before.set(pid, await peak(pid, "VmRSS"));
        }
        const { job } = await clickToKept(browser, false);
        if (job?.stage !== "kept") throw new Error(`${path}: ${job?.stage} ${job?.failure ?? ""}`);
        const rises: number[] = [];
        for (const pid of pids) rises.push(((await peak(pid, "VmHWM")) - (before.get(pid) ?? 0)) / mebibyte);
        rises.sort((a, b) => b - a);
        const goal = (2 * largest) / mebibyte + 32;
        say(
          `${path} ${pageCapture ? "with" : "without"} pageCapture: the processes rise by ${rises
            .slice(0, 3)
            .map((rise) => rise.toFixed(0))
            .join(", ")} MiB; ` +
            `goal 2 x document + 32 MiB = ${goal.toFixed(0)} MiB; load ${loadavg()[0]?.toFixed(1)}`,
        );
      }
    } finally {
      await browser.stop();
    }
  }
} finally {
  await web.stop();
}
