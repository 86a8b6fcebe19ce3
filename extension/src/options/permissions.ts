// What was granted beyond the install: shown, given and taken back.
import { saveSettings } from "../background/settings.ts";
import { browser, hasPageCapture } from "../platform/browser.ts";
import { h } from "../ui/dom.ts";
import { type MessageKey, t } from "../ui/text.ts";

interface Grant {
  title: MessageKey;
  hint: MessageKey;
  asked: chrome.permissions.Permissions;
  /** Not offered as long as nothing uses it; shown when it was granted. */
  onlyWhenGranted?: boolean;
}

const allSites: Grant = {
  title: "options_all_sites",
  hint: "options_all_sites_hint",
  asked: { origins: ["<all_urls>"] },
};
const pageCapture: Grant = {
  title: "options_page_capture",
  hint: "options_page_capture_hint",
  asked: { permissions: ["pageCapture"] },
};
const tabs: Grant = {
  title: "options_tabs",
  hint: "options_tabs_hint",
  asked: { permissions: ["tabs"] },
  onlyWhenGranted: true,
};

export async function permissionRows(): Promise<HTMLElement[]> {
  const grants = [allSites, ...(hasPageCapture ? [pageCapture] : []), tabs];
  const rows = await Promise.all(
    grants.map(async (grant) => {
      const granted = await browser.permissions.contains(grant.asked);
      return granted || !grant.onlyWhenGranted ? [row(grant, granted)] : [];
    }),
  );
  return rows.flat();
}

function row({ title, hint, asked }: Grant, granted: boolean): HTMLElement {
  const change = h("button", { type: "button" }, t(granted ? "options_revoke" : "options_allow"));
  change.setAttribute("aria-label", `${t(granted ? "options_revoke" : "options_allow")}: ${t(title)}`);
  change.addEventListener("click", () => {
    if (granted) {
      void browser.permissions.remove(asked);
      return;
    }
    // Asked for again by the person: an earlier no is forgotten.
    void browser.permissions.request(asked).then(async (given) => {
      if (given && asked.origins) await saveSettings({ accessRefused: false });
    });
  });
  const state = h(
    "span",
    { class: granted ? "state on" : "state" },
    t(granted ? "options_granted" : "options_not_granted"),
  );
  return h(
    "div",
    { class: "permission" },
    h("strong", {}, t(title)),
    h("p", { class: "quiet" }, t(hint)),
    h("div", { class: "row" }, state, change),
  );
}
