// What reading one frame yields, before parts are numbered. Everything here can be sent as JSON; bytes travel beside.
import type { PartRole, PartStatus } from "../protocol/messages.ts";
import type { Bytes } from "./bytes.ts";
import type { LoadedFace } from "./css/fonts.ts";

/** Something that a captured text refers to, in document order. */
export type Reference =
  /** Bytes with an address; blob: is one that is only valid inside the frame. */
  /** `unseen`: only a style sheet names it; perhaps something shows it, or surely nothing does. */
  /** `alternative`: another size of a picture, for another window; kept where a person wants all sizes. */
  /** `broken`: a picture that the page asked for in vain. The network is not asked again. */
  | {
      kind: "resource";
      role: PartRole;
      url: string;
      unseen?: "perhaps" | "surely";
      alternative?: boolean;
      broken?: boolean;
    }
  /** Several addresses of one font, in order of preference: the first that yields bytes is kept. */
  | { kind: "font"; urls: string[] }
  /** A linked or imported sheet; `sheet` and `imports` find the live one in the frame, to see whether it was edited. */
  /** `opaque`: of another site, which lets the page use it but not read it. */
  | { kind: "sheet"; url: string; sheet: number; imports: string[]; opaque?: boolean }
  /** Bytes that the frame made while reading (canvas pixels, a video's frame). */
  | { kind: "held"; role: PartRole; held: number; mediaType: string }
  /**
   * Seen, but not to be read by any script: cut out of a picture of the tab. Else what is `held`, else only `status`.
   * `seen` lets the frame tell whether it is still where it was.
   */
  | {
      kind: "screen";
      role: PartRole;
      place: ScreenPlace;
      seen: number;
      held: number | null;
      status: PartStatus;
    }
  /** A nested browsing context: its index among window.frames, or its id where the browser tells; else its address. */
  | { kind: "frame"; url: string; index: number | null; frameId: number | null }
  /** Known to be there, without bytes. */
  | { kind: "absent"; role: PartRole; url: string; status: PartStatus };

/** left, top, width, height in CSS pixels of the tab's window. */
export type Area = [number, number, number, number];

/** A picture of an area of which the tab shows a part: the rest is transparent. */
export interface ScreenPlace {
  area: Area;
  shown: Area;
  /** The window's own width and height. */
  window: [number, number];
  /** Nothing is there when only this colour is seen; empty: that can't be told so. */
  behind?: string;
}

/** Text that refers to parts by number: `keepleaf-part:N` or an address is put in at each insert. */
export interface CapturedText {
  references: Reference[];
  /** Byte offsets into the UTF-8 text, ascending. */
  inserts: { at: number; reference: number }[];
}

export interface FrameReading {
  /** Index path from the top frame; empty for the top frame itself; null when an index could not be told. */
  path: number[] | null;
  url: string;
  title: string;
  language: string;
  viewport: { width: number; height: number; scale: number };
  /** The document's own encoding: the fallback for sheets that name none. */
  charset: string;
  /** Null: not a document to walk (PDF, image, text…), its bytes are at `url`. */
  /** `held` opens its text where `bytes` does not bring it along. */
  document: (CapturedText & { held: number; bytes?: Bytes }) | null;
  contentType: string;
  /** Null when the page could not tell. */
  fonts: LoadedFace[] | null;
  /** What the page asked for and did not get, by address: the server's answer (404…), which is not asked for again. */
  refused: Record<string, number>;
}

/** What to open in a frame. */
export type ByteSource =
  | { kind: "held"; held: number }
  /** No bytes: whether what is to be cut out of a picture of the tab is still there. */
  | { kind: "seen"; seen: number }
  /** `cached`: only out of the browser's cache; the network is not asked. */
  | { kind: "url"; url: string; cached?: boolean }
  | {
      kind: "sheet";
      url: string;
      sheet: number;
      imports: string[];
      /** Its unedited bytes are already there: send them only if the live sheet differs. */
      known: boolean;
    };

export interface Opened {
  status: PartStatus;
  mediaType: string;
  /** After redirects; empty when there is no address. */
  url: string;
  bytes?: Bytes;
  /** In place of bytes: they lie where objects go already, under this reference. */
  object?: string;
  /** The bytes are a text that was written here (an edited sheet), not what the server sent. */
  captured?: CapturedText;
  /** A sheet's bytes were not sent because they are known and the live sheet does not differ. */
  unchanged?: boolean;
}

/** One frame as the collector sees it; the transport lies behind. */
export interface FrameLink {
  readonly frameId: number;
  /**
   * `withPictures`: the frame will be asked for the bytes of pictures, too. `alive` is called now and then while the frame
   * is at work: a large document takes its time.
   */
  read(withPictures: boolean, signal: AbortSignal, alive: () => void): Promise<FrameReading>;
  /** `limit` in bytes: above it, status "too_large" and no bytes. Rejects only when the frame is gone or `signal` is. */
  open(source: ByteSource, limit: number, signal: AbortSignal): Promise<Opened>;
  /** For each selector whether anything on the page matches it. Rejects as `open` does. */
  shown(selectors: readonly string[], signal: AbortSignal): Promise<boolean[]>;
}

/** What the browser gives beyond the DOM; chosen once, in main.ts. */
export interface CapturePlatform {
  shadowRoot(element: Element): ShadowRoot | null;
  adoptedSheets(scope: Document | ShadowRoot): CSSStyleSheet[];
  frameId(element: Element): number | null;
  /** Another way to the bytes of an address than the page's own. */
  fetch?: typeof fetch;
}
