import assert from "node:assert/strict";
import { test } from "node:test";
import type { Resource } from "../../../../extension/src/protocol/messages.ts";
import { libraryPage, refused, settled } from "../support/library-page.ts";

libraryPage();
const { formatBytes, readableUrl } = await import("../../../../extension/src/ui/text.ts");
const { missingParts, reasonOf } = await import("../../../../extension/src/library/views/missing-parts.ts");
const { failureView } = await import("../../../../extension/src/library/views/failure-view.ts");
const { SearchBox } = await import("../../../../extension/src/library/search-box.ts");

test("sizes read well for any number", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [615, "615 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1550, "1.6 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [9_600_000, "9.6 MB"],
    [123_456_789_012_345, "123,457 GB"],
  ];
  for (const [bytes, words] of sizes) assert.equal(formatBytes(bytes).replace("\u00a0", " "), words);
});

test("addresses read well, and what is no address stays as it is", () => {
  assert.equal(readableUrl("https://www.example.com/"), "example.com");
  assert.equal(
    readableUrl("http://example.com:8080/a/?q=%E6%9D%B1%E4%BA%AC#x"),
    "example.com:8080/a/?q=東京",
  );
  assert.equal(readableUrl("https://example.com/%E0%A4%A"), "https://example.com/%E0%A4%A");
  assert.equal(readableUrl("not an address"), "not an address");
});

test("every reason for a missing part has words, one that is not known yet as well", () => {
  const known = [
    "no_permission",
    "no_answer",
    "unreachable",
    "too_large",
    "blocked",
    "tainted",
    "private_address",
    "timeout",
    "unsupported",
    "changed",
    "not_saved",
    "damaged",
  ];
  const words = known.map((status) => reasonOf(status));
  assert.equal(new Set(words).size, known.length);
  for (const [at, reason] of words.entries()) assert.notEqual(reason, reasonOf("new_reason"), `${known[at]}`);
  assert.equal(reasonOf("http_404"), "the server answered 404");
  assert.equal(reasonOf("toString"), reasonOf("new_reason"));
});

test("missing parts are counted and named", () => {
  const part = (url: string): Resource => ({ n: 1, role: "image", url, type: "", status: "http_500" });
  const element = missingParts([part("https://a.example/<b>.png"), part("")]);
  assert.equal(element.querySelector("summary")?.textContent, "Missing parts: 2");
  assert.deepEqual(
    [...element.querySelectorAll("li")].map((item) => item.textContent),
    ["a.example/<b>.pngthe server answered 500", "—the server answered 500"],
  );
});

test("a failure asks for the diagnosis, and shows the error alone when there is none", async () => {
  const reply = refused("host_missing", "native host not found");
  const error = !reply.ok ? reply.error : undefined;
  assert.ok(error);
  let tried = 0;
  const diagnosis = {
    code: "not_installed" as const,
    browser: "Chromium",
    folders: [],
    hostName: "h",
    extensionId: "i",
    said: "native host not found",
    commands: ["keepleaf browser install"],
  };
  const view = failureView(
    error,
    () => tried++,
    async () => ({ ok: false, diagnosis }),
  );
  assert.match(view.textContent ?? "", /could not be reached.*native host not found/);
  await settled();
  assert.equal(view.querySelector(".command")?.textContent, "keepleaf browser install");
  view.querySelector("button")?.click();
  assert.equal(tried, 1);
  const silent = failureView(
    error,
    () => {},
    () => Promise.reject(new Error("no background")),
  );
  await settled();
  assert.match(silent.textContent ?? "", /native host not found/);
});

test("what lies in the request is not diagnosed", async () => {
  const reply = refused("not_found", "No such link.");
  let asked = 0;
  const ask = () => {
    asked++;
    return Promise.reject(new Error("not to be asked"));
  };
  const view = failureView(
    {
      ...(!reply.ok ? reply.error : assert.fail()),
      kept: "All else is there.",
      next: "Look into the trash.",
    },
    () => {},
    ask,
  );
  await settled();
  assert.equal(asked, 0);
  assert.match(view.textContent ?? "", /No such link\..*All else is there\. Look into the trash\./);
});

function searchBox() {
  const searches: [string, boolean][] = [];
  let toResults = 0;
  const box = new SearchBox({
    search: (query, typing) => searches.push([query, typing]),
    toResults: () => toResults++,
  });
  document.querySelector("main")?.replaceChildren(box.element);
  const input = box.element.querySelector("input") as HTMLInputElement;
  const { Event, InputEvent, KeyboardEvent } = document.defaultView as unknown as typeof globalThis;
  return {
    box,
    input,
    searches,
    results: () => toResults,
    type(value: string, isComposing = false) {
      input.value = value;
      input.dispatchEvent(new InputEvent("input", { isComposing }));
    },
    fire: (name: string) => input.dispatchEvent(new Event(name)),
    press: (key: string, isComposing = false) =>
      input.dispatchEvent(
        new KeyboardEvent("keydown", { key, isComposing, bubbles: true, cancelable: true }),
      ),
    submit: () => box.element.dispatchEvent(new Event("submit", { cancelable: true })),
  };
}

test("typing searches once the keys rest, and a space at the end counts", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { searches, type, submit } = searchBox();
  type("p");
  type(" postg");
  context.mock.timers.tick(199);
  assert.deepEqual(searches, []);
  context.mock.timers.tick(1);
  type("postg ");
  submit();
  context.mock.timers.tick(500);
  assert.deepEqual(searches, [
    ["postg", true],
    ["postg ", false],
  ]);
});

test("what an input method composes is searched for when it is a word", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { searches, type, fire, press, input } = searchBox();
  type("とう", true);
  press("Escape", true);
  context.mock.timers.tick(500);
  assert.deepEqual(searches, []);
  input.value = "東京";
  fire("compositionend");
  context.mock.timers.tick(200);
  assert.deepEqual(searches, [["東京", true]]);
});

test("the field is written to only when it says something else", () => {
  const { box, input, type } = searchBox();
  input.focus();
  type("leaf ");
  input.setSelectionRange(2, 2);
  box.show("leaf ");
  assert.deepEqual([input.value, input.selectionStart], ["leaf ", 2]);
  box.show("tag:x");
  assert.equal(input.value, "tag:x");
});

test("Escape empties the field, the arrow leads to the results, leaving forgets what was half typed", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { box, searches, type, press, results } = searchBox();
  type("leaf");
  press("Escape");
  assert.deepEqual(searches, [["", true]]);
  press("ArrowDown");
  assert.equal(results(), 1);
  type("half");
  box.leave();
  context.mock.timers.tick(500);
  assert.equal(searches.length, 1);
});

test("a problem stands beside the field until there is none", () => {
  const { box, input } = searchBox();
  const reply = refused("bad_request", "the quotation mark is not closed");
  box.showProblem(!reply.ok ? reply.error : null);
  const problem = document.getElementById(input.getAttribute("aria-describedby") ?? "");
  assert.equal(problem?.hidden, false);
  assert.match(problem?.textContent ?? "", /quotation mark is not closed.*still shown/);
  assert.equal(input.getAttribute("aria-invalid"), "true");
  box.showProblem(null);
  assert.equal(problem?.hidden, true);
  assert.equal(input.hasAttribute("aria-invalid"), false);
});
