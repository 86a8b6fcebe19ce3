// The options page: settings of this browser, access that was granted, and whether the library can be reached.

import { largestResourceMiB, loadSettings, type Settings, saveSettings } from "../background/settings.ts";
import type { HostAnswer, HostQuestion } from "../background/ui-messages.ts";
import { browser, isFirefox } from "../platform/browser.ts";
import { diagnosisView } from "../ui/diagnosis-view.ts";
import { h } from "../ui/dom.ts";
import { byId } from "../ui/section.ts";
import { formatBytes, formatNumber, t, translatePage } from "../ui/text.ts";
import { permissionRows } from "./permissions.ts";

let hideSaved: ReturnType<typeof setTimeout> | undefined;

async function save(change: Partial<Settings>): Promise<void> {
  await saveSettings(change);
  const saved = byId("saved");
  saved.textContent = t("options_saved");
  saved.hidden = false;
  clearTimeout(hideSaved);
  hideSaved = setTimeout(() => {
    saved.hidden = true;
  }, 2_000);
}

async function showSettings(): Promise<void> {
  const settings = await loadSettings();
  for (const name of ["askFirst", "keepPrivate", "allSizes", "thumbnails"] as const) {
    const box = byId<HTMLInputElement>(name);
    box.checked = settings[name];
    box.addEventListener("change", () => void save({ [name]: box.checked }));
  }
  for (const name of ["resourceLimitMiB", "mediaLimitMiB"] as const) {
    const limit = byId<HTMLInputElement>(name);
    limit.value = String(settings[name]);
    limit.addEventListener("change", () => {
      const value = limit.valueAsNumber;
      const right = Number.isInteger(value) && value >= Number(limit.min) && value <= largestResourceMiB;
      limit.setCustomValidity(right ? "" : t("options_limit_wrong", limit.min));
      if (limit.reportValidity()) void save({ [name]: value });
    });
  }
}

async function showPermissions(): Promise<void> {
  byId("permissions").replaceChildren(...(await permissionRows()));
}

async function showHost(): Promise<void> {
  const box = byId("host");
  const check = byId<HTMLButtonElement>("check");
  check.disabled = true;
  box.className = "";
  box.replaceChildren(t("options_library_checking"));
  const answer = (await browser.runtime.sendMessage({
    to: "keepleaf.host",
  } satisfies HostQuestion)) as HostAnswer;
  check.disabled = false;
  if (!answer.ok) {
    box.className = "card bad";
    box.replaceChildren(...diagnosisView(answer.diagnosis));
    return;
  }
  const { library, host, free_bytes } = answer.hello;
  const facts: [string, string][] = [
    [t("options_library_folder"), library.path],
    [t("options_library_links"), formatNumber(library.links)],
    [t("options_library_free"), formatBytes(free_bytes)],
    [t("options_library_program"), `keepleaf ${host.version} (${host.os})`],
  ];
  box.replaceChildren(
    h("p", { class: "good" }, t("options_library_open")),
    library.read_only ? h("p", { class: "card warn" }, t("options_library_read_only")) : "",
    h("dl", {}, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
  );
}

async function showShortcut(): Promise<void> {
  const commands = await browser.commands.getAll();
  const shortcut = commands.find(({ name }) => name === "keep-page")?.shortcut;
  const sentence = h("p", {});
  if (shortcut) {
    // The key itself is set apart, wherever the language puts it in the sentence.
    const [head = "", tail = ""] = t("options_shortcut_is", "{key}").split("{key}");
    sentence.append(head, h("kbd", {}, shortcut), tail);
  } else {
    sentence.append(t("options_shortcut_none"));
  }
  const change = t(isFirefox ? "options_shortcut_change_firefox" : "options_shortcut_change_chromium");
  byId("shortcut-text").replaceChildren(sentence, h("p", { class: "quiet" }, change));
}

translatePage();
document.title = t("options_title");
byId("check").addEventListener("click", () => void showHost());
browser.permissions.onAdded.addListener(() => void showPermissions());
browser.permissions.onRemoved.addListener(() => void showPermissions());
void showSettings();
void showPermissions();
void showHost();
void showShortcut();
