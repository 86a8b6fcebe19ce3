// Why the library can't be reached, in words, with the command that mends it.

import type { Diagnosis, DiagnosisCode } from "../background/diagnosis.ts";
import { h } from "./dom.ts";
import { type MessageKey, t } from "./text.ts";

const words: Record<DiagnosisCode, [MessageKey, MessageKey]> = {
  not_installed: ["diagnosis_not_installed", "diagnosis_not_installed_text"],
  not_allowed: ["diagnosis_not_allowed", "diagnosis_not_allowed_text"],
  exited: ["diagnosis_exited", "diagnosis_exited_text"],
  silent: ["diagnosis_silent", "diagnosis_silent_text"],
  version: ["diagnosis_version", "diagnosis_version_text"],
  library: ["diagnosis_library", "diagnosis_library_text"],
  lost: ["diagnosis_lost", "diagnosis_lost_text"],
  other: ["diagnosis_other", "diagnosis_other_text"],
};
/** What the host itself says is the news then, not a detail. */
const hostSpeaks: DiagnosisCode[] = ["library", "other", "version"];

export function diagnosisView(diagnosis: Diagnosis): Node[] {
  const [title, text] = words[diagnosis.code];
  const speaks = hostSpeaks.includes(diagnosis.code);
  return [
    h("h2", {}, t(title)),
    h("p", {}, t(text, diagnosis.browser)),
    ...(speaks ? [h("p", { class: "said", lang: "en" }, diagnosis.said)] : []),
    h("p", { class: "quiet" }, t("diagnosis_run")),
    ...diagnosis.commands.map((command) => h("code", { class: "command" }, command)),
    h(
      "details",
      {},
      h("summary", {}, t("diagnosis_details")),
      ...(diagnosis.folders.length > 0
        ? [
            h("p", {}, t("diagnosis_folders", diagnosis.browser, `${diagnosis.hostName}.json`)),
            ...diagnosis.folders.map((folder) => h("code", { class: "command" }, folder)),
          ]
        : []),
      h("p", {}, t("diagnosis_id")),
      h("code", { class: "command" }, diagnosis.extensionId),
      ...(speaks
        ? []
        : [h("p", {}, t("diagnosis_said")), h("p", { class: "said", lang: "en" }, diagnosis.said)]),
    ),
  ];
}
