// Live style sheets against the text they came from. Script edits rules without touching any text (insertRule,
// deleteRule, replace, rule.style): then the rules are the truth, and they are written out.
import { ImportNames } from "./import-names.ts";

/** Whether what is applied differs from what `text` says. Undefined: the browser does not let us see the rules. */
export function isEdited(sheet: CSSStyleSheet, text: string, baseUrl: string): boolean | undefined {
  const live = readRules(sheet);
  if (!live) return undefined;
  // A constructed sheet drops @import; the imports are compared one by one, each with its own text.
  const liveRules = withoutImports(live);
  if (text.trim() === "") return live.length > 0;
  let fresh: CSSRuleList | undefined;
  try {
    const parsed = new CSSStyleSheet({ baseURL: baseUrl });
    parsed.replaceSync(text);
    fresh = parsed.cssRules;
  } catch {
    return undefined;
  }
  const freshRules = withoutImports(fresh);
  if (liveRules.length !== freshRules.length) return true;
  return liveRules.some((rule, index) => rule.cssText !== freshRules[index]?.cssText);
}

/** A sheet that imports itself over others: browsers stop there with an empty sheet, which nobody edited. */
export function isCircular(sheet: CSSStyleSheet): boolean {
  for (let above = sheet.parentStyleSheet; above; above = above.parentStyleSheet) {
    if (above.href === sheet.href) return true;
  }
  return false;
}

export function rulesText(sheet: CSSStyleSheet): string {
  return [...(readRules(sheet) ?? [])].map((rule) => rule.cssText).join("\n");
}

/** Follows the @import of that name (ImportNames) in a sheet, in that sheet the next, and so on. */
export function importedSheet(sheet: CSSStyleSheet | null, imports: readonly string[]): CSSStyleSheet | null {
  let found = sheet;
  for (const wanted of imports) {
    const names = new ImportNames();
    const rules = (found && readRules(found)) ?? [];
    const rule = [...rules].filter(isImport).find((one) => names.of(one.href) === wanted);
    found = rule?.styleSheet ?? null;
  }
  return found;
}

/** Undefined where the page may not read them. */
export function readRules(sheet: CSSStyleSheet): CSSRuleList | undefined {
  try {
    return sheet.cssRules;
  } catch {
    return undefined; // From another site, or not loaded yet.
  }
}

function isImport(rule: CSSRule): rule is CSSImportRule {
  return rule.type === 3; // CSSRule.IMPORT_RULE; instanceof fails across worlds.
}

function withoutImports(rules: CSSRuleList): CSSRule[] {
  return [...rules].filter((rule) => !isImport(rule));
}
