// Why a page could not be fetched, in the person's language: of the page, where error-text.ts speaks of the library.
import type { WireError } from "../protocol/reply.ts";
import { errorText } from "./error-text.ts";
import { t } from "./text.ts";

export function jobReason(error: WireError): string {
  switch (error.code) {
    case "http_status": {
      const status = /\b[1-5]\d\d\b/.exec(error.message)?.[0];
      return status ? t("sign_http_status", status) : error.message;
    }
    case "timeout":
      return t("reason_timeout");
    case "network":
      return t("reason_network", error.message);
    case "private_address":
      return t("reason_private_address");
    case "unsupported":
      return error.message;
    default:
      return errorText(error);
  }
}
