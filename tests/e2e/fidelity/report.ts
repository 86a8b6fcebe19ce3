// docs/fidelity.md: written from measurements, and read again by the test that holds Keepleaf to it. What was not
// measured this time stays as it stood.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { BrowserName } from "./browsers.ts";
import type { Verdict } from "./measure.ts";
import type { Step } from "./step.ts";
import { type ToolName, toolsOf } from "./tools.ts";

export const reportFile = fileURLToPath(new URL("../../../docs/fidelity.md", import.meta.url));

const areas = ["Styles", "DOM", "State", "Media", "Pages that resist"] as const;
const browserNames: Record<BrowserName, string> = { chromium: "Chromium", firefox: "Firefox" };

export interface Cell {
  verdict: Verdict;
  /** Only Keepleaf's are printed. */
  losses: readonly string[];
}
export type Column = `${BrowserName} ${ToolName}`;
export type Results = Map<string, Map<Column, Cell>>;

export const columns: readonly Column[] = (["chromium", "firefox"] as const).flatMap((browser) =>
  toolsOf[browser].map((tool): Column => `${browser} ${tool}`),
);

export async function readReport(): Promise<Results> {
  const text = await readFile(reportFile, "utf8").catch(() => "");
  const results: Results = new Map();
  // By their headings: the page may be older than a column.
  const headings = /^\| step \| page \| (.+) \|$/m.exec(text)?.[1]?.split(" | ") ?? [];
  const found = headings.map((words) => columns.find((column) => heading(column) === words));
  for (const [, name = "", cells = ""] of text.matchAll(/^\| [^|]+ \| `([^`]+)` \|(.+)\|$/gm)) {
    const row = new Map<Column, Cell>();
    for (const [index, word] of cells.split("|").entries()) {
      const column = found[index];
      const verdict = word.replaceAll("*", "").trim();
      if (column && /^(?:pass|partial|fail)$/.test(verdict))
        row.set(column, { verdict: verdict as Verdict, losses: [] });
    }
    results.set(name, row);
  }
  for (const [, name = "", browser = "", loss = ""] of text.matchAll(
    /^- `([^`]+)`, (Chromium|Firefox|By URL): (?:.*?)Measured: (.+)$/gm,
  )) {
    const column: Column =
      browser === "By URL" ? "chromium By URL" : `${browser.toLowerCase() as BrowserName} Keepleaf`;
    const cell = results.get(name)?.get(column);
    if (cell) (cell.losses as string[]).push(loss);
  }
  return results;
}

export async function writeReport(
  results: Results,
  steps: ReadonlyMap<string, Step>,
  measuredWith: Iterable<string>,
): Promise<void> {
  const before = await readFile(reportFile, "utf8").catch(() => "");
  const versions = newest([...(/, with ([^\n]+)\.$/m.exec(before)?.[1]?.split(", ") ?? []), ...measuredWith]);
  const day = new Date().toISOString().slice(0, 10);
  const lines = [
    "# What is kept, step by step",
    "",
    `Written by \`npm run fidelity\`; last on ${day}, with ${versions.join(", ")}.`,
    "",
    "Each step is a page in `tests/fixtures/pages/` with probes: questions that are asked in the live page, and again where",
    "the snapshot was reopened as a file with the network dead. **pass**: every answer is the same, and so is every pixel.",
    "**partial**: something is not. **fail**: nothing is, or it could not be saved, or a script of the page ran, or the",
    "network was asked. Keepleaf is the built extension with the program behind it, exported as HTML; By URL is Keepleaf",
    "given nothing but the address (`keepleaf add`), where steps in which a person first does something are not asked (–);",
    "SingleFile is `single-file-core` with the options of its command line; MHTML is Chromium's own. Firefox writes none.",
    "",
    totals(results, steps),
  ];
  for (const area of areas) {
    const members = [...steps].filter(([, step]) => step.area === area);
    if (members.length === 0) continue;
    lines.push("", `## ${area}`, "", `| step | page | ${columns.map(heading).join(" | ")} |`);
    lines.push(`| --- | --- |${" --- |".repeat(columns.length)}`);
    for (const [name, { title }] of members) {
      lines.push(
        `| ${title} | \`${name}\` | ${columns.map((one) => word(results.get(name)?.get(one))).join(" | ")} |`,
      );
    }
  }
  const short = [...steps].flatMap(([name, step]) => shortfalls(name, step, results));
  if (short.length > 0) lines.push("", "## Where Keepleaf falls short, and why", "", ...short);
  await writeFile(reportFile, `${lines.join("\n")}\n`);
}

/** "Name version": the last one of each name. */
function newest(versions: readonly string[]): string[] {
  const byName = new Map(versions.map((one) => [one.replace(/ \S+$/, ""), one]));
  return [...byName.values()].sort();
}

function totals(results: Results, steps: ReadonlyMap<string, Step>): string {
  const counts = columns.map((column) => {
    const passed = [...steps.keys()].filter(
      (name) => results.get(name)?.get(column)?.verdict === "pass",
    ).length;
    return `${heading(column)} ${passed}`;
  });
  return `Of ${steps.size} steps, passed: ${counts.join(", ")}.`;
}

function heading(column: Column): string {
  const [browser = ""] = column.split(" ");
  return `${browserNames[browser as BrowserName]}: ${column.slice(browser.length + 1)}`;
}

function word(cell: Cell | undefined): string {
  if (!cell) return "–";
  return cell.verdict === "pass" ? "pass" : `**${cell.verdict}**`;
}

function shortfalls(name: string, step: Step, results: Results): string[] {
  const lines: string[] = [];
  for (const column of ["chromium Keepleaf", "firefox Keepleaf", "chromium By URL"] as const) {
    const cell = results.get(name)?.get(column);
    if (!cell || cell.verdict === "pass") continue;
    const browser = column.startsWith("firefox") ? "firefox" : "chromium";
    const gap = typeof step.gap === "string" ? step.gap : step.gap?.[browser];
    const byUrl = column === "chromium By URL";
    const why = byUrl ? step.byUrl : gap;
    lines.push(
      `- \`${name}\`, ${byUrl ? "By URL" : browserNames[browser]}: ${[why, `Measured: ${oneLine(cell.losses.join("; "))}`].filter(Boolean).join(" ")}`,
    );
  }
  return lines;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 600);
}
