// What a person types or pastes where an address is wanted: one, or many however they are separated. A host without a
// scheme is meant as https, as in the browser's own address bar.
export interface TypedAddresses {
  urls: string[];
  /** Words that are no address that can be kept. */
  wrong: string[];
}

export function typedAddresses(text: string): TypedAddresses {
  const urls = new Set<string>();
  const wrong: string[] = [];
  for (const word of text.split(/[\s，、<>"]+/).filter((part) => part !== "")) {
    const url = typedAddress(word);
    if (url === null) wrong.push(word);
    else urls.add(url);
  }
  return { urls: [...urls], wrong };
}

export function typedAddress(word: string): string | null {
  const text = word.trim();
  if (text === "" || /\s/.test(text)) return null;
  if (/^https?:\/\//i.test(text)) return fit(URL.parse(text));
  // "mailto:a@b.c" is an address of another kind, "localhost:8080" is a host.
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return null;
  const url = fit(URL.parse(`https://${text}`));
  if (url === null) return null;
  const { hostname } = new URL(url);
  const isHost = /^[^.]+(\.[^.]+)+$/.test(hostname) || hostname === "localhost" || hostname.startsWith("[");
  return isHost ? url : null;
}

function fit(url: URL | null): string | null {
  return url && /^https?:$/.test(url.protocol) && url.hostname !== "" ? url.href : null;
}
