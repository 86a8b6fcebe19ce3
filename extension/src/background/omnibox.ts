// The address bar: "kl" and an address keeps the page behind it, "kl" and other words look for them in the library.
import { routeHash } from "../library/routes.ts";
import { browser } from "../platform/browser.ts";
import { t } from "../ui/text.ts";
import { typedAddress } from "../ui/typed-address.ts";

/** Descriptions are markup in Chromium and plain text in Firefox, which would show the escapes. */
function described(words: string): string {
  const isMarkup = !("getBrowserInfo" in browser.runtime);
  if (!isMarkup) return words;
  return words.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

export function listenToOmnibox(add: (url: string) => void): void {
  browser.omnibox.onInputChanged.addListener((text) => {
    const url = typedAddress(text);
    const words = url
      ? t("omnibox_keep", url)
      : text.trim()
        ? t("omnibox_search", text.trim())
        : t("omnibox_hint");
    browser.omnibox.setDefaultSuggestion({ description: described(words) });
  });
  browser.omnibox.onInputEntered.addListener((text, disposition) => {
    const url = typedAddress(text);
    if (url) return add(url);
    const page = browser.runtime.getURL(`library.html${routeHash({ view: "list", query: text.trim() })}`);
    if (disposition === "currentTab") void browser.tabs.update({ url: page });
    else void browser.tabs.create({ url: page, active: disposition === "newForegroundTab" });
  });
}
