// What a person pastes as a list of addresses: one a line, or however they are separated; each once.
export interface Addresses {
  urls: string[];
  /** Lines in which there is none. */
  wrong: string[];
}

export function addressesIn(text: string): Addresses {
  const urls = new Set<string>();
  const wrong: string[] = [];
  for (const line of text.split("\n")) {
    const words = line.trim().split(/[\s,，、<>"]+/);
    const found = words.map(addressOf).filter((url) => url !== null);
    for (const url of found) urls.add(url);
    if (found.length === 0 && line.trim() !== "") wrong.push(line.trim());
  }
  return { urls: [...urls], wrong };
}

function addressOf(word: string): string | null {
  if (!/^https?:\/\//i.test(word)) return null;
  return URL.parse(word)?.href ?? null;
}
