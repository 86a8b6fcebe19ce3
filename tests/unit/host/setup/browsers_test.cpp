#include "setup/browsers.h"

#include <set>

#include "machine.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::setup;

TEST_CASE("the pinned id is the one that Chromium derives from the pinned key") {
  const auto table = test::Machine().table();
  REQUIRE(chromium_id_of_key(table.chromium_key) == table.chromium_ids.front());
}

TEST_CASE("no id is derived from what is no key") {
  CHECK_FALSE(chromium_id_of_key(""));
  CHECK_FALSE(chromium_id_of_key("not base64!"));
}

TEST_CASE("every browser of the table can be found and be written for") {
  const test::Machine machine;
  const auto table = machine.table();
  std::set<std::string> names;
  CHECK(table.browsers.size() >= 25);
  for (const auto& browser : table.browsers) {
    INFO(browser.name);
    CHECK(names.insert(browser.name).second);
    CHECK_FALSE(browser.title.empty());
    CHECK_FALSE(browser.found.empty());
    REQUIRE_FALSE(browser.user.empty());
    CHECK((browser.user.size() == 1 || browser.user.size() == browser.found.size()));
    for (const auto& path : browser.user) CHECK(path.string().starts_with(machine.home.string()));
    for (const auto& path : browser.system) CHECK(path.string().starts_with(machine.root.string()));
    for (const auto& path : browser.found) CHECK(path.string().find('{') == std::string::npos);
    const bool packed = browser.sandbox == Sandbox::flatpak;
    CHECK(packed == !browser.flatpak_app.empty());
  }
  CHECK(table.find("chromium")->measured);
  CHECK(table.find("firefox")->measured);
  CHECK_FALSE(table.find("arc"));
  CHECK(table.untested == std::vector<std::string>{"arc"});
}

TEST_CASE("XDG folders move a Chromium's profile and leave a Firefox's") {
  test::Machine machine;
  machine.variables["XDG_CONFIG_HOME"] = (machine.home / "elsewhere").string();
  const auto table = machine.table();
  CHECK(table.find("chromium")->user.front() == machine.home / "elsewhere/chromium/NativeMessagingHosts");
  CHECK(table.find("firefox")->user.front() == machine.home / ".mozilla/native-messaging-hosts");
}

TEST_CASE("a relative XDG folder is ignored, a missing HOME is an error") {
  test::Machine machine;
  machine.variables["XDG_CONFIG_HOME"] = "relative";
  CHECK(machine.paths().config_home == machine.home / ".config");
  machine.variables["HOME"] = "also/relative";
  CHECK(MachinePaths::from(machine.environment()).error().code == ErrorCode::unsupported);
  machine.variables.erase("HOME");
  CHECK(MachinePaths::from(machine.environment()).error().code == ErrorCode::unsupported);
}

TEST_CASE("a damaged table is refused and the row is named") {
  const auto paths = test::Machine().paths();
  CHECK(parse_table("{", paths).error().code == ErrorCode::corrupt);
  CHECK(parse_table("[]", paths).error().code == ErrorCode::corrupt);
  const auto row = parse_table(R"({"host_name":"a.b","host_description":"","gecko_id":"","chromium_key":"",
    "chromium_ids":[],"browsers":[{"name":"half","title":"Half","family":"chromium","linux":{"found":[]}}]})",
                               paths);
  REQUIRE_FALSE(row);
  CHECK(row.error().message.find("half") != std::string::npos);
}
