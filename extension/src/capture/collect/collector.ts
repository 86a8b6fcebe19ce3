// From frames to parts: reads every frame, gets each resource once by the cheapest way that gives it, numbers the parts
// in document order and fills the numbers in. Knows no browser: frames and outside fetches are handed in.
import type { PartDraft } from "../../background/capture-writer.ts";
import type { PartStatus } from "../../protocol/messages.ts";
import type { Bytes } from "../bytes.ts";
import { faceKey } from "../css/fonts.ts";
import { moreSeen } from "../css/shown.ts";
import { FrameGone } from "../frame/frame-gone.ts";
import type { ByteSource, FrameLink, FrameReading, Opened, Reference, ScreenPlace } from "../types.ts";
import { Deadline } from "./deadline.ts";
import { matchFrames, type ReadFrame } from "./frame-tree.ts";
import { fillText, leftOut, numberParts, type PartNode, type Slot } from "./part-tree.ts";
import { SheetCollector } from "./sheet-collector.ts";
import { WorkQueue } from "./work-queue.ts";

export interface CollectorHost {
  addObject(bytes: Bytes): Promise<{ object: string }>;
  addParts(parts: PartDraft[]): Promise<void>;
  /** What the renderer holds of an address. Undefined: it may hold it, but gives no bytes; the frame is asked. */
  rendered?(url: string, limit: number): Promise<Opened | "absent" | undefined>;
  /** What the page got when it asked for this address, where somebody watched: bytes that are no picture, or why none. */
  answered?(url: string, limit: number): Promise<Opened | undefined>;
  /** The rules of a style sheet that the renderer holds, as a text. */
  renderedSheet?(url: string): Promise<string | undefined>;
  /** A piece of what the tab shows, as PNG; undefined when it can't be had, or shows nothing. */
  screen?(place: ScreenPlace): Promise<Bytes | undefined>;
  /** Another way to the bytes of an address that the frame at `frameUrl` could not read. */
  fetchOutside(url: string, frameUrl: string, limit: number, signal: AbortSignal): Promise<Opened>;
  /** Why a frame at this address did not come up. */
  missingFrame(url: string): Promise<PartStatus>;
  onProgress(stage: "reading" | "resources", done: number, total: number): void;
}

export interface CollectorLimits {
  resource: number;
  /** Bytes of one sound or film; 0: none is asked for. */
  media: number;
  /** Pictures are kept in all sizes that the page offers, not only in the one that was shown. */
  allSizes: boolean;
  parts: number;
  partsBatch: number;
  /** Milliseconds a frame has for its answer. */
  frameAnswer: number;
  /** Milliseconds for the bytes of one resource. */
  resourceAnswer: number;
}

export interface Collected {
  top: FrameReading;
  parts: PartNode[];
}

/** Most answers come out of a cache, each by way of several processes: waiting is most of the time. */
const concurrency = 24;

export class Collector {
  private readonly host_: CollectorHost;
  private readonly limits_: CollectorLimits;
  private readonly signal_: AbortSignal;
  private readonly queue_: WorkQueue;
  private readonly sheets_: SheetCollector;
  private readonly resources_ = new Map<string, PartNode>();
  private nodes_ = 0;
  private root_ = 0;
  /** Sites whose answers the page may not read. Asking the frame first would be a request for nothing. */
  private readonly closed_ = new Set<string>();
  private loadedFonts_: ReadonlySet<string> | null = null;

  constructor(host: CollectorHost, limits: CollectorLimits, signal: AbortSignal) {
    this.host_ = host;
    this.limits_ = limits;
    this.signal_ = signal;
    this.queue_ = new WorkQueue(concurrency, signal);
    this.sheets_ = new SheetCollector({
      newNode: (node) => this.newNode_(node),
      refer: (reference, frame) => this.refer_(reference, frame),
      open: (source, frame) => this.askOpen_(source, source.url, frame),
      fetchOutside: (url, frame) => this.outside_(url, frame),
      rendered: async (url) => host.renderedSheet?.(url),
      shown: (selectors, frame) => this.shown_(selectors, frame),
      loadedFonts: () => this.loadedFonts_,
    });
    this.queue_.onProgress = () => host.onProgress("resources", this.queue_.done, this.queue_.total);
  }

  /** `frames` holds the frame `root`; the order of the others does not matter. Rejects when that one can't be read. */
  async collect(
    frames: readonly FrameLink[],
    onRead: (top: FrameReading) => void = () => undefined,
    root = 0,
  ): Promise<Collected> {
    this.root_ = root;
    const read = await this.readFrames_(frames);
    const tree = matchFrames(read, root);
    onRead(tree.top.reading);
    this.loadedFonts_ = unionOfFonts(read);
    const page = await this.document_(tree.top, tree.children, "document");
    await this.queue_.idle();
    const parts = numberParts(page);
    await this.sheets_.finish(parts);
    this.signal_.throwIfAborted();
    await Promise.all(parts.map((part) => this.keepText_(part)));
    this.signal_.throwIfAborted();
    for (let at = 0; at < parts.length; at += this.limits_.partsBatch) {
      await this.host_.addParts(parts.slice(at, at + this.limits_.partsBatch).map(toDraft));
    }
    return { top: tree.top.reading, parts };
  }

  private async readFrames_(frames: readonly FrameLink[]): Promise<ReadFrame[]> {
    const found: ReadFrame[] = [];
    let done = 0;
    await Promise.all(
      frames.map(async (link) => {
        const deadline = new Deadline(this.signal_, this.limits_.frameAnswer);
        try {
          found.push({ link, reading: await this.read_(link, deadline) });
        } catch (error) {
          // A frame below that fails is listed as missing by the document that holds it.
          if (link.frameId === this.root_) throw error;
        } finally {
          deadline.clear();
        }
        this.host_.onProgress("reading", ++done, frames.length);
      }),
    );
    this.signal_.throwIfAborted();
    return found;
  }

  private read_(link: FrameLink, deadline: Deadline): Promise<FrameReading> {
    return link.read(this.host_.rendered === undefined, deadline.signal, () => deadline.extend());
  }

  private async document_(
    frame: ReadFrame,
    children: ReadonlyMap<ReadFrame, ReadonlyMap<Reference, ReadFrame>>,
    role: "document" | "frame",
  ): Promise<PartNode> {
    const { reading } = frame;
    const node = this.newNode_({ role, url: reading.url, frameId: frame.link.frameId });
    if (!reading.document) {
      node.mediaType = reading.contentType;
      this.queue_.add(async () => {
        const opened = await this.openSurely_(reading.url, frame);
        await this.keep_(node, opened);
        if (opened.mediaType === "") node.mediaType = reading.contentType;
      });
      return node;
    }
    const { references, inserts, held, bytes } = reading.document;
    node.mediaType = "text/html; charset=utf-8";
    const opened = bytes
      ? { status: "ok" as const, bytes }
      : await this.ask_({ kind: "held", held }, frame, Number.MAX_SAFE_INTEGER);
    node.status = opened.status;
    const below = children.get(frame);
    const targets: Slot[] = [];
    for (const reference of references) {
      const child = reference.kind === "frame" ? below?.get(reference) : undefined;
      if (child && this.nodes_ < this.limits_.parts)
        targets.push({ node: await this.document_(child, children, "frame") });
      else targets.push(this.refer_(reference, frame) ?? leftOut);
    }
    if (opened.bytes) node.text = { bytes: opened.bytes, inserts, targets };
    node.children = targets.filter((slot) => slot !== leftOut);
    return node;
  }

  /** Undefined when there is no room for another part. */
  private refer_(reference: Reference, frame: ReadFrame): Slot | undefined {
    if (reference.kind === "resource") {
      const known = this.resources_.get(reference.url);
      if (known) {
        this.seenElsewhere_(known, reference, frame);
        return slotOf(known, reference);
      }
    }
    if (this.nodes_ >= this.limits_.parts) return undefined;
    switch (reference.kind) {
      case "resource": {
        const { role, url, unseen, alternative, broken } = reference;
        if (alternative && !this.limits_.allSizes) return undefined;
        const node = this.newNode_({
          role,
          url,
          ...(unseen ? { unseen } : {}),
          ...(broken ? { broken } : {}),
        });
        this.resources_.set(url, node);
        this.queue_.add(async () => {
          if (isMedia(role)) await this.keep_(node, await this.openMedia_(url, frame));
          else await this.get_(node, frame);
        });
        return slotOf(node, reference);
      }
      case "font":
        return this.font_(reference.urls, frame);
      case "sheet": {
        const slot: Slot = {
          node: this.newNode_({ role: "stylesheet", url: reference.url }),
          address: reference.url,
        };
        this.queue_.add(() => this.sheets_.collect(slot, reference, frame));
        return slot;
      }
      case "held": {
        const { role, mediaType, held } = reference;
        const node = this.newNode_({ role, url: "", mediaType });
        this.queue_.add(async () => {
          const opened = await this.ask_({ kind: "held", held }, frame);
          await this.keep_(node, { ...opened, mediaType });
        });
        return { node };
      }
      case "screen": {
        const { role } = reference;
        const node = this.newNode_({ role, url: "", mediaType: "image/png" });
        this.queue_.add(async () => {
          const opened = await this.seenOnScreen_(reference, frame);
          await this.keep_(node, { ...opened, mediaType: "image/png" });
        });
        return { node };
      }
      case "frame": {
        const node = this.newNode_({ role: "frame", url: reference.url, status: "no_answer" });
        this.queue_.add(async () => {
          node.status = await this.host_.missingFrame(reference.url);
        });
        return { node };
      }
      default: {
        const { role, url, status } = reference;
        return { node: this.newNode_({ role, url, status }) };
      }
    }
  }

  private async seenOnScreen_(
    { place, seen, held, status }: Extract<Reference, { kind: "screen" }>,
    frame: ReadFrame,
  ): Promise<Opened> {
    const bytes = await this.host_.screen?.(place);
    // Asked afterwards: what moved meanwhile is not what the picture shows.
    const there = bytes ? await this.ask_({ kind: "seen", seen }, frame) : undefined;
    if (bytes && there?.status === "ok") return { ...there, bytes };
    return held === null ? { status, mediaType: "", url: "" } : this.ask_({ kind: "held", held }, frame);
  }

  private font_(urls: readonly string[], frame: ReadFrame): Slot {
    const first = urls[0] ?? "";
    const known = this.resources_.get(first);
    if (known) return { node: known };
    const node = this.newNode_({ role: "font", url: first });
    this.resources_.set(first, node);
    this.queue_.add(async () => {
      for (const url of urls) {
        // Fonts of other sites come only with their leave, so that the frame may read them whatever their neighbours say.
        const own = await this.ask_({ kind: "url", url }, frame);
        const opened = own.status === "unreachable" ? await this.outside_(url, frame) : own;
        if (opened.status !== "ok" && url !== urls.at(-1)) continue;
        if (opened.status === "ok") node.url = url;
        await this.keep_(node, opened);
        if (opened.status === "ok") return;
      }
    });
    return { node };
  }

  /** Something on the page shows what until now only a style sheet had named, or only broken pictures had. */
  private seenElsewhere_(node: PartNode, { unseen, broken }: Partial<PartNode>, frame: ReadFrame): void {
    node.unseen = moreSeen(node.unseen, unseen);
    node.broken = node.broken === true && broken === true;
    if (!node.omitted && !node.givenUp) return;
    this.queue_.add(() => this.get_(node, frame));
  }

  private async get_(node: PartNode, frame: ReadFrame): Promise<void> {
    for (;;) {
      const { unseen, broken } = node;
      node.omitted = false;
      node.givenUp = false;
      const opened = await this.open_(node.url, frame, node);
      node.omitted = opened === undefined;
      // Seen elsewhere while it was looked for.
      if ((node.omitted && node.unseen !== unseen) || (node.givenUp && node.broken !== broken)) continue;
      if (opened) await this.keep_(node, opened);
      return;
    }
  }

  /**
   * The cheapest way first: the renderer's memory, the frame, the background. Undefined for what surely nobody shows, and
   * for what perhaps nobody does where the renderer's memory is known and does not hold it: the network is not asked.
   */
  private async open_(url: string, frame: ReadFrame, node: PartNode): Promise<Opened | undefined> {
    if (node.broken) return this.openBroken_(url, frame, node);
    const rendered = await this.host_.rendered?.(url, this.limits_.resource);
    if (typeof rendered === "object") return rendered;
    if (node.unseen === "surely" || (node.unseen && rendered === "absent")) {
      return this.openCached_(url, frame);
    }
    return this.openSurely_(url, frame);
  }

  /** Without the network. Browsers tell a frame only of its own site what they hold. */
  private async openCached_(url: string, frame: ReadFrame): Promise<Opened | undefined> {
    if (siteOf(url) !== siteOf(frame.reading.url)) return undefined;
    const opened = await this.ask_({ kind: "url", url, cached: true }, frame);
    return opened.status === "ok" || opened.status === "too_large" ? opened : undefined;
  }

  /** What the page asked for in vain. Bytes that are no picture to this browser may be in its cache. */
  private async openBroken_(url: string, frame: ReadFrame, node: PartNode): Promise<Opened> {
    const refused = frame.reading.refused[url];
    const cached = refused === undefined ? await this.openCached_(url, frame) : undefined;
    if (cached) return cached;
    node.givenUp = true;
    const answered =
      refused === undefined ? await this.host_.answered?.(url, this.limits_.resource) : undefined;
    return (
      answered ?? { status: refused === undefined ? "unreachable" : `http_${refused}`, mediaType: "", url }
    );
  }

  private async openMedia_(url: string, frame: ReadFrame): Promise<Opened> {
    const { media } = this.limits_;
    if (media === 0) return { status: "too_large", mediaType: "", url };
    const opened = await this.ask_({ kind: "url", url }, frame, media);
    return opened.status === "unreachable" && !url.startsWith("blob:")
      ? this.outside_(url, frame, media)
      : opened;
  }

  private async openSurely_(url: string, frame: ReadFrame): Promise<Opened> {
    const refused = frame.reading.refused[url];
    if (refused !== undefined) return { status: `http_${refused}`, mediaType: "", url };
    const opened = await this.askOpen_({ kind: "url", url }, url, frame);
    return opened.status === "unreachable" && !url.startsWith("blob:") ? this.outside_(url, frame) : opened;
  }

  /** Asks the frame, unless another of the site's addresses has told that it may not read them. */
  private async askOpen_(source: ByteSource, url: string, frame: ReadFrame): Promise<Opened> {
    return this.closed_.has(siteOf(url))
      ? { status: "unreachable", mediaType: "", url }
      : this.ask_(source, frame);
  }

  /** What goes wrong with one resource or one frame below is a status, not the end of the capture. */
  private async ask_(
    source: ByteSource,
    frame: ReadFrame,
    limit: number = this.limits_.resource,
  ): Promise<Opened> {
    const deadline = new Deadline(this.signal_, this.limits_.resourceAnswer);
    try {
      return await frame.link.open(source, limit, deadline.signal);
    } catch (error) {
      const status = this.statusOf_(error, deadline, frame);
      if (!status) throw error;
      return { status, mediaType: "", url: "" };
    } finally {
      deadline.clear();
    }
  }

  /** Whether anything matches each selector; a frame that does not say is taken to show everything. */
  private async shown_(selectors: readonly string[], frame: ReadFrame): Promise<boolean[]> {
    // The renderer's memory will tell.
    if (selectors.length === 0 || this.host_.rendered) return selectors.map(() => true);
    const deadline = new Deadline(this.signal_, this.limits_.resourceAnswer);
    try {
      return await frame.link.shown(selectors, deadline.signal);
    } catch (error) {
      if (!this.statusOf_(error, deadline, frame)) throw error;
      return selectors.map(() => true);
    } finally {
      deadline.clear();
    }
  }

  private statusOf_(error: unknown, deadline: Deadline, frame: ReadFrame): PartStatus | undefined {
    if (this.signal_.aborted) return undefined;
    if (deadline.passed) return "timeout";
    return error instanceof FrameGone && frame.link.frameId !== this.root_ ? "changed" : undefined;
  }

  private async outside_(
    url: string,
    frame: ReadFrame,
    limit: number = this.limits_.resource,
  ): Promise<Opened> {
    const deadline = new Deadline(this.signal_, this.limits_.resourceAnswer);
    try {
      const { url: from } = frame.reading;
      const opened = await this.host_.fetchOutside(url, from, limit, deadline.signal);
      if (opened.status === "ok" && siteOf(url) !== siteOf(from)) this.closed_.add(siteOf(url));
      return opened;
    } catch (error) {
      if (this.signal_.aborted || !deadline.passed) throw error;
      return { status: "timeout", mediaType: "", url };
    } finally {
      deadline.clear();
    }
  }

  private async keep_(node: PartNode, opened: Opened): Promise<void> {
    node.status = opened.status;
    if (opened.mediaType !== "") node.mediaType = opened.mediaType;
    if (opened.status !== "ok") return;
    if (opened.object !== undefined) node.object = opened.object;
    else if (opened.bytes) node.object = (await this.host_.addObject(opened.bytes)).object;
  }

  /** What could be kept only once parts had their numbers. */
  private async keepText_(part: PartNode): Promise<void> {
    if (part.object !== undefined || part.status !== "ok") return;
    const bytes = part.text ? fillText(part.text) : part.bytes;
    if (bytes) part.object = (await this.host_.addObject(bytes)).object;
  }

  private newNode_(given: Partial<PartNode> & Pick<PartNode, "role" | "url">): PartNode {
    this.nodes_++;
    return { mediaType: "", status: "unreachable", children: [], ...given };
  }
}

function isMedia(role: PartNode["role"]): boolean {
  return role === "video" || role === "audio";
}

function slotOf(node: PartNode, reference: { url: string }): Slot {
  return reference.url.startsWith("blob:") ? { node } : { node, address: reference.url };
}

function unionOfFonts(frames: readonly ReadFrame[]): ReadonlySet<string> | null {
  const union = new Set<string>();
  for (const { reading } of frames) {
    if (!reading.document) continue;
    if (!reading.fonts) return null;
    for (const face of reading.fonts) union.add(faceKey(face));
  }
  return union;
}

function toDraft(node: PartNode): PartDraft {
  // A blob: address is a random name of that one visit: it would make equal captures differ.
  const url = node.url.startsWith("blob:") ? "" : node.url;
  return {
    n: node.n ?? 0,
    role: node.role,
    status: node.status,
    ...(node.parent === undefined ? {} : { parent: node.parent }),
    ...(url === "" ? {} : { url }),
    ...(node.mediaType === "" ? {} : { media_type: node.mediaType }),
    ...(node.object === undefined ? {} : { object: node.object }),
  };
}

function siteOf(url: string): string {
  return URL.parse(url)?.origin ?? "";
}
