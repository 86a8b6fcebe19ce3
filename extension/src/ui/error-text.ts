// An error of the host in the person's language, as far as there are words for its code.

import type { WireError } from "../protocol/reply.ts";
import { type MessageKey, t } from "./text.ts";

const words: Partial<Record<WireError["code"], MessageKey>> = {
  no_space: "error_no_space",
  busy: "error_busy",
  read_only: "error_read_only",
  newer_format: "error_newer_format",
  corrupt: "error_corrupt",
  too_large: "error_too_large",
  host_missing: "error_unreachable",
  host_forbidden: "error_unreachable",
  host_exited: "error_unreachable",
  disconnected: "error_unreachable",
  timeout: "error_unreachable",
};

export function errorText(error: WireError): string {
  const key = words[error.code];
  return key ? t(key) : t("error_other", error.message);
}
