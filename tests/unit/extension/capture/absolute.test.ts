import assert from "node:assert/strict";
import { test } from "node:test";
import { absolute, type CaptureContext } from "../../../../extension/src/capture/html/context.ts";

test("an address becomes what the URL standard makes of it, however plain it looks", () => {
  const bases = [
    "https://a.example/docs/page.html?q=/x/#/y/",
    "http://a.example/",
    "http://a.example",
    "HTTP://A.example/x/y",
    "file:///home/me/page.html",
    "about:blank",
    "data:text/html,x",
    "blob:https://a.example/1/2",
  ];
  const names =
    "a a/b.html A-_9.x#y a# #y ./a ../a a/./b a/../b a/..b ..a .a a//b /a //b/c a:b http:c a%20b é a?b a\\b a/ a/b/ -a _ 1".split(
      " ",
    );
  for (const baseUrl of bases) {
    for (const name of [...names, "", " a ", "a b", "a\nb", "%2e%2e/a", "con.%2e"]) {
      const said = absolute({ baseUrl } as CaptureContext, name);
      assert.equal(said, URL.parse(name.trim(), baseUrl)?.href, `${name} on ${baseUrl}`);
    }
  }
});
