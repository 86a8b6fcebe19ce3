// Which pages an extension can read, told from their addresses, so that the answer comes at once and names the reason.
export type Refusal =
  | "page_browser_own"
  | "page_store"
  | "page_extension"
  | "page_source_view"
  | "page_reader_view"
  | "page_empty"
  | "page_hidden"
  | "page_local_file"
  | "page_other_scheme";

// Where browsers refuse every extension, whatever it was granted.
const stores: { host: string; path: string }[] = [
  { host: "chromewebstore.google.com", path: "/" },
  { host: "chrome.google.com", path: "/webstore" },
  { host: "microsoftedge.microsoft.com", path: "/addons" },
  { host: "addons.opera.com", path: "/" },
  { host: "addons.mozilla.org", path: "/" },
  { host: "discovery.addons.mozilla.org", path: "/" },
  { host: "accounts.firefox.com", path: "/" },
];
const browserSchemes =
  /^(chrome|edge|brave|vivaldi|opera|about|resource|devtools|chrome-search|chrome-untrusted):/i;

/** The reason why the page at `url` can't be read, or null. `fileAccess`: may the extension read file: addresses? */
export function refusalOf(url: string, fileAccess: boolean): Refusal | null {
  // Chromium hides the address, and the page, where it grants a click nothing.
  if (url === "") return "page_hidden";
  if (
    /^about:(blank|newtab|home|privatebrowsing|srcdoc)$/i.test(url) ||
    /^chrome:\/\/newtab\/?$/i.test(url)
  ) {
    return "page_empty";
  }
  if (/^view-source:/i.test(url)) return "page_source_view";
  if (/^about:reader\b/i.test(url)) return "page_reader_view";
  if (/^(chrome|moz|ms-browser|safari-web)-extension:/i.test(url)) return "page_extension";
  if (browserSchemes.test(url)) return "page_browser_own";
  if (/^file:/i.test(url)) return fileAccess ? null : "page_local_file";
  if (!/^https?:/i.test(url)) return "page_other_scheme";
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return "page_other_scheme";
  }
  const inStore = stores.some(
    ({ host, path }) => parsed.hostname === host && parsed.pathname.startsWith(path),
  );
  return inStore ? "page_store" : null;
}

/** What two visits of one page have in common, in this extension alone: identity is the host's business. */
export function pageKey(url: string): string {
  const hash = url.indexOf("#");
  return hash < 0 || /^#[!/]/.test(url.slice(hash)) ? url : url.slice(0, hash);
}
