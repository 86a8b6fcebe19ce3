import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose, type Surroundings } from "../../../extension/src/background/diagnosis.ts";
import { chromiumName } from "../../../extension/src/platform/browser.ts";
import type { WireError } from "../../../extension/src/protocol/reply.ts";
import { disconnectError } from "../../../extension/src/protocol/session.ts";

const chromium: Surroundings = { extensionId: "abc", browserName: "Chromium", os: "linux", isFirefox: false };
const firefox: Surroundings = {
  extensionId: "keepleaf@keepleaf.org",
  browserName: "Firefox",
  os: "linux",
  isFirefox: true,
};

test("a missing manifest names the folders of this browser and the commands that mend it", () => {
  const found = diagnose(disconnectError("Specified native messaging host not found.", false), chromium);
  assert.equal(found.code, "not_installed");
  assert.deepEqual(found.folders, [
    "~/.config/chromium/NativeMessagingHosts",
    "/etc/chromium/native-messaging-hosts",
  ]);
  assert.deepEqual(found.commands, ["keepleaf browser install", "keepleaf browser doctor"]);
  assert.equal(found.hostName, "org.keepleaf.host");
  assert.equal(found.extensionId, "abc");
});

test("each browser has its own folder", () => {
  const error = disconnectError("not found", false);
  const folder = (around: Surroundings) => diagnose(error, around).folders[0];
  assert.equal(folder(firefox), "~/.mozilla/native-messaging-hosts");
  assert.equal(folder({ ...firefox, browserName: "LibreWolf" }), "~/.librewolf/native-messaging-hosts");
  assert.equal(
    folder({ ...chromium, browserName: "Google Chrome" }),
    "~/.config/google-chrome/NativeMessagingHosts",
  );
  assert.equal(
    folder({ ...chromium, browserName: "Microsoft Edge" }),
    "~/.config/microsoft-edge/NativeMessagingHosts",
  );
  assert.equal(folder({ ...chromium, browserName: "Some fork" }), "~/.config/chromium/NativeMessagingHosts");
  assert.match(folder({ ...firefox, os: "mac" }) ?? "", /^~\/Library\/Application Support\/Mozilla/);
  assert.equal(folder({ ...chromium, os: "win" }), undefined);
});

test("each error of a browser or a host has its diagnosis", () => {
  const error = (code: WireError["code"], message = ""): WireError => ({ code, message, retry: "later" });
  const codes: [WireError, Surroundings, string][] = [
    [disconnectError("No such native application org.keepleaf.host", false), firefox, "not_installed"],
    [disconnectError("An unexpected error occurred", false), firefox, "not_installed"],
    [disconnectError(undefined, false), firefox, "exited"],
    [
      disconnectError("Access to the specified native messaging host is forbidden.", false),
      chromium,
      "not_allowed",
    ],
    [disconnectError("Native host has exited.", false), chromium, "exited"],
    [disconnectError("Native host has exited.", true), chromium, "lost"],
    [error("timeout"), chromium, "silent"],
    [error("unsupported_protocol"), chromium, "version"],
    [error("read_only"), chromium, "library"],
    [error("corrupt"), chromium, "library"],
    [error("internal"), chromium, "other"],
  ];
  for (const [from, around, code] of codes) assert.equal(diagnose(from, around).code, code, from.message);
});

test("of the brands that a Chromium announces, the vendor's counts", () => {
  const brands = (...names: string[]) => names.map((brand) => ({ brand, version: "156" }));
  assert.equal(chromiumName(brands("Not:A-Brand", "Chromium")).name, "Chromium");
  assert.equal(chromiumName(brands("Chromium", "Not)A;Brand", "Google Chrome")).name, "Google Chrome");
  assert.equal(chromiumName(brands("Not_A Brand", "Brave", "Chromium")).name, "Brave");
  assert.equal(chromiumName([]).name, "Chromium");
});
