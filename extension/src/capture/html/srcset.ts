// The srcset attribute ("4.8.4.2.1 Srcset attributes" of the HTML standard): candidates are split by commas that are not
// inside an address.
export interface Candidate {
  url: string;
  descriptor: string;
}

export function parseSrcset(value: string): Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  while (at < value.length) {
    at += /^[\s,]*/.exec(value.slice(at))?.[0].length ?? 0;
    const word = /^\S+/.exec(value.slice(at))?.[0];
    if (!word) break;
    at += word.length;
    const url = word.replace(/,+$/, "");
    if (url !== word) {
      if (url !== "") found.push({ url, descriptor: "" });
      continue;
    }
    const descriptor = /^(?:\([^)]*\)|[^,(])*/.exec(value.slice(at))?.[0] ?? "";
    at += descriptor.length + 1;
    found.push({ url, descriptor: descriptor.trim() });
  }
  return found;
}

export function absoluteSrcset(value: string, base: string): string {
  return parseSrcset(value)
    .map(({ url, descriptor }) => {
      let absolute = url;
      try {
        absolute = new URL(url, base).href;
      } catch {
        // Stays as it is: it names nothing anyway.
      }
      // A comma at either end of an address would be taken for a separator.
      absolute = absolute.replace(/^,|,$/g, "%2C");
      return descriptor ? `${absolute} ${descriptor}` : absolute;
    })
    .join(", ");
}

/** The candidate that suits a picture of `width` device pixels best: the smallest that is large enough. */
export function bestCandidate(value: string, width: number): string | undefined {
  const candidates = parseSrcset(value).map(({ url, descriptor }) => {
    const size = /(\d+(?:\.\d+)?)([wx])/.exec(descriptor);
    return { url, size: size ? Number(size[1]) * (size[2] === "x" ? 1000 : 1) : 1000 };
  });
  candidates.sort((a, b) => a.size - b.size);
  return (candidates.find((candidate) => candidate.size >= width) ?? candidates.at(-1))?.url;
}
