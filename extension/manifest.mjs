// The manifest of one browser: what both share, what that browser adds, the version of package.json and the ids of
// installer/browsers.json, which lie nowhere else.
export function mergeManifest(base, own, { version, ids, browser }) {
  const merged = merge(structuredClone(base), own);
  merged.version = version;
  if (browser === "chromium") merged.key = ids.chromium_key;
  if (browser === "firefox") merged.browser_specific_settings.gecko.id = ids.gecko_id;
  return merged;
}

// Objects are merged, everything else of `own` replaces: a list is a decision of that browser as a whole.
function merge(into, own) {
  for (const [key, value] of Object.entries(own)) {
    const both = isObject(into[key]) && isObject(value);
    into[key] = both ? merge(into[key], value) : structuredClone(value);
  }
  return into;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
