// All fixture folders that declare a step.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pagesFolder } from "./site.ts";
import type { Step } from "./step.ts";

export async function loadSteps(wanted: readonly string[] = []): Promise<Map<string, Step>> {
  const found = new Map<string, Step>();
  for (const name of readdirSync(pagesFolder).sort()) {
    const file = join(pagesFolder, name, "step.ts");
    if (!existsSync(file) || (wanted.length > 0 && !wanted.some((word) => name.startsWith(word)))) continue;
    const { default: step } = (await import(pathToFileURL(file).href)) as { default: Step };
    found.set(name, step);
  }
  if (found.size === 0) throw new Error(`no step is called ${wanted.join(", ")}`);
  return found;
}
