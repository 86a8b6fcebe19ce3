// The one place that knows Chrome from Firefox. Both speak promises in Manifest V3; Firefox calls the namespace
// `browser`, and so does newer Chromium, but only Firefox has `runtime.getBrowserInfo`.
interface FirefoxRuntime {
  getBrowserInfo?: () => Promise<{ name: string; version: string }>;
}

export const browser: typeof chrome =
  (globalThis as unknown as { browser?: typeof chrome }).browser ?? globalThis.chrome;

const firefoxRuntime = browser?.runtime as unknown as FirefoxRuntime | undefined;
export const isFirefox = typeof firefoxRuntime?.getBrowserInfo === "function";

/** MHTML of a tab out of the renderer's memory: Chromium only, and only when the person granted it. */
export const hasPageCapture = !isFirefox;

/** What to call this browser: "Firefox 153.7", "Chromium 156". */
export async function browserName(): Promise<{ name: string; version: string }> {
  if (firefoxRuntime?.getBrowserInfo) {
    return firefoxRuntime.getBrowserInfo();
  }
  const brands = (navigator as { userAgentData?: { brands: { brand: string; version: string }[] } })
    .userAgentData?.brands;
  return chromiumName(brands ?? []);
}

/** Out of the brands that a Chromium announces, the most telling: vendors add their own beside "Chromium". */
export function chromiumName(brands: { brand: string; version: string }[]): {
  name: string;
  version: string;
} {
  const real = brands.filter(({ brand }) => !/not.?a.?brand|^\W*not\b/i.test(brand));
  const vendor = real.find(({ brand }) => brand !== "Chromium") ?? real[0];
  return vendor ? { name: vendor.brand, version: vendor.version } : { name: "Chromium", version: "" };
}
