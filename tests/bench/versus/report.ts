// What the runs say, per page and in total.
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import type { Outcome } from "./contest.ts";
import type { CorpusPage } from "./corpus.ts";

export type Contestant =
  | "keepleaf"
  | "keepleaf again"
  | "keepleaf+mhtml"
  | "singlefile"
  | "singlefile defaults";

export interface Row {
  page: CorpusPage;
  runs: Partial<Record<Contestant, Omit<Outcome, "made">[]>>;
}

export function median(values: number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}
const geometric = (values: number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
const of = (row: Row, contestant: Contestant, figure: keyof Omit<Outcome, "made">): number =>
  median((row.runs[contestant] ?? []).map((run) => run[figure] ?? 0));
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const cell = (value: number, digits = 0): string => (Number.isNaN(value) ? "-" : value.toFixed(digits));

/** What `--out` wrote, line by line; what failed has no figures. */
export async function readRows(file: string): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const line of (await readFile(file, "utf8")).split("\n").filter(Boolean)) {
    const { page, contestant, failed, ...figures } = JSON.parse(line) as LogLine;
    const row = rows.get(page.name) ?? { page, runs: {} };
    rows.set(page.name, row);
    if (!failed) row.runs[contestant] = [...(row.runs[contestant] ?? []), figures];
  }
  return [...rows.values()];
}

type LogLine = Omit<Outcome, "made"> & { page: CorpusPage; contestant: Contestant; failed?: string };

export function report(browser: string, rows: Row[]): string {
  const rounds = Math.max(...rows.map(({ runs }) => runs.keepleaf?.length ?? 0));
  const ours: Contestant[] =
    browser === "chromium"
      ? ["keepleaf", "keepleaf+mhtml", "keepleaf again"]
      : ["keepleaf", "keepleaf again"];
  const out: string[] = [`${browser}: ${rows.length} pages, median of up to ${rounds} interleaved rounds`];
  out.push(
    "page | kind | ms: " +
      [...ours, "singlefile", "its defaults"].join(" / ") +
      " | longest task | requests | KiB",
  );
  for (const row of rows) {
    const all: Contestant[] = [...ours, "singlefile", "singlefile defaults"];
    const each = (figure: keyof Omit<Outcome, "made">, scale = 1) =>
      all.map((one) => cell(of(row, one, figure) / scale)).join(" / ");
    out.push(
      `${row.page.name} | ${row.page.kind} | ${each("ms")} | ${each("longest")} | ${each("requests")} | ${each("bytes", 1024)}`,
    );
  }
  const kinds = [...new Set(rows.map(({ page }) => page.kind))];
  for (const contestant of ours) {
    for (const peer of ["singlefile", "singlefile defaults"] as const) {
      out.push("", `${peer} / ${contestant}, time: geometric mean, worst page`);
      for (const kind of [...kinds, undefined]) {
        const some = rows.filter(({ page }) => kind === undefined || page.kind === kind);
        const ratios = some
          .map((row) => ({ page: row.page.name, ratio: of(row, peer, "ms") / of(row, contestant, "ms") }))
          .filter(({ ratio }) => !Number.isNaN(ratio));
        const worst = ratios.toSorted((a, b) => a.ratio - b.ratio)[0];
        if (!worst) continue;
        out.push(
          `  ${kind ?? "all"} (${ratios.length}): ${geometric(ratios.map(({ ratio }) => ratio)).toFixed(1)} x, worst ${worst.ratio.toFixed(1)} x (${worst.page}); ` +
            `median ${cell(median(some.map((row) => of(row, contestant, "ms"))))} against ${cell(median(some.map((row) => of(row, peer, "ms"))))} ms`,
        );
      }
    }
  }
  out.push("", "in total, over the pages that all could take:");
  const everyone: Contestant[] = [...ours, "singlefile"];
  const common = rows.filter((row) => everyone.every((one) => row.runs[one]?.length));
  for (const one of everyone) {
    const total = (figure: keyof Omit<Outcome, "made">) => sum(common.map((row) => of(row, one, figure)));
    const longTasks = common.filter((row) => of(row, one, "longest") > 50).length;
    out.push(
      `  ${one}: ${cell(total("ms") / 1000, 1)} s, ${cell(total("bytes") / 1048576, 2)} MiB stored, ${cell(total("requests"))} requests, ` +
        `${cell(total("blocked"))} ms in long tasks on ${longTasks} pages, longest ${cell(Math.max(...common.map((row) => of(row, one, "longest"))))} ms`,
    );
  }
  out.push(
    `load average now: ${loadavg()
      .map((value) => value.toFixed(1))
      .join(" ")}`,
  );
  return out.join("\n");
}
