// Writes the scripts that the host brings into a headless browser as one C++ file: the capture bundle, the same that runs
// in tabs, and headless/{frame,collector}.ts. The same tree gives the same bytes.
//   node extension/headless.mjs OUT.cpp
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scripts = [
  ["capture_script", "capture/main.ts"],
  ["frame_script", "headless/frame.ts"],
  ["collector_script", "headless/collector.ts"],
];
/** Compilers need not take longer literals in one piece. */
const literal = 8000;

const [out] = process.argv.slice(2);
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: scripts.map(([name, file]) => ({ in: join("extension", "src", file), out: name })),
  outdir: "unused",
  write: false,
  bundle: true,
  minifyWhitespace: true,
  format: "iife",
  target: "chrome128",
  charset: "ascii",
  define: { keepleafTrace: "false" },
  legalComments: "none",
  logLevel: "warning",
});

const functions = scripts.map(([name]) => {
  const text = outputFiles.find(({ path }) => path.endsWith(`${name}.js`)).text;
  if (text.includes(')keepleaf"')) throw new Error(`${name} holds the end of a C++ raw string`);
  const pieces = text.match(new RegExp(`[^]{1,${literal}}`, "g"));
  const literals = pieces.map((piece) => `      R"keepleaf(${piece})keepleaf"`).join("\n");
  return `std::string_view ${name}() {\n  static constexpr std::string_view kText =\n${literals};\n  return kText;\n}`;
});
await writeFile(
  out,
  `#include "acquire/browser/scripts.h"\n\nnamespace keepleaf::acquire {\n\n${functions.join("\n\n")}\n\n}  // namespace keepleaf::acquire\n`,
);
