// Begins to fetch, before the document is walked, what will be asked for in any case: by the time the collector has seen
// a style sheet's text and asks for what it imports, the answer is there. Only what the page has loaded and may read: each
// is an answer out of the browser's cache.
import { withoutCredentials } from "./plain-address.ts";

/** Responses that wait unread hold a buffer each. */
const atMost = 160;
/** Larger ones are worth their own time. */
const largest = 384 * 1024;

export class EarlyFetch {
  private readonly window_: Window;
  private readonly answers_ = new Map<string, Promise<Response>>();
  private readonly abort_ = new AbortController();

  constructor(window: Window) {
    this.window_ = window;
  }

  /** `all`: pictures and fonts too; else their bytes come from elsewhere. */
  begin(all: boolean): void {
    const sheets: string[] = [];
    for (const sheet of this.window_.document.styleSheets) addSheets(sheet, sheets);
    for (const url of new Set(sheets)) this.fetch_(url);
    if (!all) return;
    const entries = this.window_.performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    for (const { name, initiatorType, encodedBodySize, responseStatus } of entries) {
      const isPicture = /^(?:css|img|image|input)$/.test(initiatorType);
      const isThere = responseStatus < 400 && encodedBodySize <= largest;
      if (isPicture && isThere && URL.parse(name)?.origin === this.window_.origin) this.fetch_(name);
    }
  }

  /** The answer to a fetch that has begun; whoever takes it reads it. */
  take(url: string): Promise<Response> | undefined {
    const answer = this.answers_.get(url);
    this.answers_.delete(url);
    return answer;
  }

  /** What nobody took is let go. */
  stop(): void {
    this.abort_.abort();
    this.answers_.clear();
  }

  private fetch_(address: string): void {
    const url = withoutCredentials(address);
    if (this.answers_.has(url) || this.answers_.size >= atMost || !/^https?:/i.test(url)) return;
    const { signal } = this.abort_;
    const answer = this.window_.fetch(url, { cache: "force-cache", credentials: "same-origin", signal });
    answer.catch(() => {}); // told to whoever takes it
    this.answers_.set(url, answer);
  }
}

/** A sheet's address and those that it imports. One that can't be read is of a site that would not answer either. */
function addSheets(sheet: CSSStyleSheet, found: string[]): void {
  if (found.length >= atMost) return;
  let rules: CSSRuleList;
  try {
    rules = sheet.cssRules;
  } catch {
    return;
  }
  if (sheet.href) found.push(sheet.href);
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    // Imports come first: after them a sheet can't hold another.
    if (rule?.type === CSSRule.IMPORT_RULE) {
      const { styleSheet } = rule as CSSImportRule;
      if (styleSheet && !found.includes(styleSheet.href ?? "")) addSheets(styleSheet, found);
    } else if (rule?.type === CSSRule.STYLE_RULE) {
      break;
    }
  }
}
