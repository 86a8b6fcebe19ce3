import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../../extension/src/", import.meta.url));
const manifests = fileURLToPath(new URL("../../../manifests/extension/", import.meta.url));
type Words = Record<string, { message: string }>;
const read = (locale: string): Words =>
  JSON.parse(readFileSync(join(source, "_locales", locale, "messages.json"), "utf8"));
const english = read("en");
const others = ["zh_CN", "ja"] as const;

function filesBelow(folder: string, ending: RegExp): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.parentPath.includes("_locales"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
const code = [...filesBelow(source, /\.(ts|html)$/), ...filesBelow(manifests, /\.json$/)];

test("the languages are English, Simplified Chinese and Japanese", () => {
  assert.deepEqual(readdirSync(join(source, "_locales")).sort(), ["en", "ja", "zh_CN"]);
});

for (const locale of others) {
  const words = read(locale);
  test(`${locale} has a sentence for every English one, and no others`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort());
  });

  test(`${locale} fills in the same values`, () => {
    const places = (message: string) => [...new Set(message.match(/\$\d/g) ?? [])].sort();
    for (const [key, { message }] of Object.entries(english)) {
      assert.deepEqual(places(words[key]?.message ?? ""), places(message), key);
    }
  });

  test(`${locale} is written in its own script`, () => {
    const own =
      locale === "ja" ? /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u : /\p{Script=Han}/u;
    const asInEnglish = new Set(["language_tag", "extension_name"]);
    for (const [key, { message }] of Object.entries(words)) {
      if (asInEnglish.has(key) || !/[a-z]{3}/i.test(english[key]?.message ?? "")) continue;
      assert.match(message, own, `${key}: ${message}`);
    }
  });
}

test("no sentence is empty", () => {
  for (const locale of ["en", ...others]) {
    for (const [key, { message }] of Object.entries(read(locale)))
      assert.ok(message.trim(), `${locale} ${key}`);
  }
});

test("every key that a page or a manifest names is there", () => {
  const named = code.flatMap((text) => [
    ...[...text.matchAll(/data-t(?:-label|-placeholder)?="([^"]+)"/g)].map(([, key]) => key ?? ""),
    ...[...text.matchAll(/__MSG_(\w+?)__/g)].map(([, key]) => key ?? ""),
    ...[...text.matchAll(/getMessage\("(\w+)"/g)].map(([, key]) => key ?? ""),
    ...[...text.matchAll(/\bt\("(\w+)"/g)].map(([, key]) => key ?? ""),
    ...[...text.matchAll(/\bplural\("(\w+)"/g)].flatMap(([, key]) => [`${key}_one`, `${key}_other`]),
  ]);
  assert.ok(named.length > 100);
  for (const key of named) assert.ok(key in english, key);
});

test("every sentence is used", () => {
  const all = code.join("\n");
  // Some keys are put together: `notice_${kind}`, and the forms …_one and …_other of a count.
  const beginnings = [...all.matchAll(/`([a-z]+_(?:\w+_)?)\$\{/g)].map(([, beginning = ""]) => beginning);
  for (const key of Object.keys(english)) {
    const plain = key.replace(/_(one|other)$/, "");
    const used =
      [key, plain].some((name) => all.includes(`"${name}"`)) ||
      all.includes(`__MSG_${key}__`) ||
      all.includes(` ${key}: `) ||
      beginnings.some((beginning) => key.startsWith(beginning));
    assert.ok(used, key);
  }
});
