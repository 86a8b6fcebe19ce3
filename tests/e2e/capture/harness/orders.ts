// What the test asks of the driver page, and what comes back.
import type {
  CaptureProgress,
  CaptureSummary,
  PartDraft,
} from "../../../../extension/src/background/capture-writer.ts";
import type { CapturedPage } from "../../../../extension/src/protocol/messages.ts";

export interface Order {
  /** How the tab's address begins. */
  url: string;
  resourceLimit?: number;
  mediaLimit?: number;
  allSizes?: boolean;
  cancelAt?: "start" | CaptureProgress["stage"];
  /** Sends the tab elsewhere in the middle of the capture. */
  leaveAt?: CaptureProgress["stage"];
}

export interface Outcome {
  error?: { reason: string; message: string };
  summary?: CaptureSummary;
  parts?: PartDraft[];
  objects?: string[];
  page?: CapturedPage;
  progress?: CaptureProgress[];
}
