// Title, tags and note of what is being kept. What is typed goes to the background piece by piece: a popup closes
// without a word.

import type { Edits } from "../background/outbox-store.ts";
import type { JobView } from "../background/ui-messages.ts";
import type { LibraryApi } from "../library/api/library-api.ts";
import { defaultLimits, fitUtf8 } from "../protocol/limits.ts";
import type { LinkItem } from "../protocol/messages.ts";
import { byId } from "../ui/section.ts";
import { TagInput } from "../ui/tag-input.ts";

const pause = 250;
const offered = 8;

export class DetailsForm {
  readonly #form = byId<HTMLFormElement>("details");
  readonly #title = byId<HTMLInputElement>("title");
  readonly #note = byId<HTMLTextAreaElement>("note");
  readonly #tags: TagInput;
  readonly #changed: (capture: string, edits: Edits) => void;
  #capture: string | null = null;
  #edits: Edits = { addTags: [], removeTags: [] };
  #link: LinkItem | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: LibraryApi, changed: (capture: string, edits: Edits) => void) {
    this.#changed = changed;
    this.#tags = new TagInput(byId("tags"), {
      offers: async (prefix) => {
        const reply = await api.request("tag.list", { prefix, limit: offered });
        return reply.ok ? reply.value.items : [];
      },
      added: (path) => this.#change(withTag(this.#edits, path)),
      removed: (path) => this.#change(withoutTag(this.#edits, path)),
    });
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#title.addEventListener("input", () =>
      this.#change({ ...this.#edits, title: fitUtf8(this.#title.value, defaultLimits.title) }),
    );
    this.#note.addEventListener("input", () =>
      this.#change({ ...this.#edits, note: fitUtf8(this.#note.value, defaultLimits.note) }),
    );
    for (const field of [this.#title, this.#note]) field.addEventListener("blur", () => this.flush());
    addEventListener("pagehide", () => {
      this.#tags.commit();
      this.flush();
    });
  }

  show(job: JobView | null): void {
    this.#form.hidden = job === null;
    if (!job) return;
    if (job.capture !== this.#capture) {
      this.flush();
      this.#capture = job.capture;
      this.#edits = job.edits;
      this.#fill(job.title);
    } else if (this.#edits.title === undefined && document.activeElement !== this.#title) {
      this.#title.value = this.#link?.title || job.title;
    }
  }

  /** What the library knows of this page already. */
  showLink(link: LinkItem | null): void {
    this.#link = link;
    this.#fill(this.#title.value);
  }

  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#capture) this.#changed(this.#capture, this.#edits);
  }

  #fill(title: string): void {
    const { addTags, removeTags } = this.#edits;
    if (document.activeElement !== this.#title)
      this.#title.value = this.#edits.title ?? (this.#link?.title || title);
    if (document.activeElement !== this.#note) this.#note.value = this.#edits.note ?? this.#link?.note ?? "";
    const known = (this.#link?.tags ?? []).filter((tag) => !removeTags.includes(tag));
    this.#tags.show([...new Set([...known, ...addTags])]);
  }

  #change(edits: Edits): void {
    this.#edits = edits;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), pause);
  }
}

function withTag(edits: Edits, path: string): Edits {
  const removeTags = edits.removeTags.filter((tag) => tag !== path);
  return { ...edits, addTags: [...edits.addTags.filter((tag) => tag !== path), path], removeTags };
}

function withoutTag(edits: Edits, path: string): Edits {
  const addTags = edits.addTags.filter((tag) => tag !== path);
  return { ...edits, addTags, removeTags: [...edits.removeTags.filter((tag) => tag !== path), path] };
}
