#include "setup/policy.h"

#include "machine.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::setup;

namespace {

struct Ruled {
  test::Machine machine;
  PolicyView chromium() const {
    const auto table = machine.table();
    return read_policies(*table.find("chromium"), table);
  }
  PolicyView firefox() const {
    const auto table = machine.table();
    return read_policies(*table.find("firefox"), table);
  }
  void managed(const std::string& name, const std::string& text) const {
    test::Machine::write(machine.root / "etc/chromium/policies/managed" / name, text);
  }
};

}  // namespace

TEST_CASE("without policies nothing is forbidden") {
  const Ruled ruled;
  CHECK(ruled.chromium().user_level_hosts);
  CHECK_FALSE(ruled.chromium().host_blocked);
  CHECK_FALSE(ruled.chromium().extension_blocked);
  CHECK_FALSE(ruled.firefox().extension_blocked);
}

TEST_CASE("a block list names the host or everything, and an allow list takes the host out") {
  const Ruled ruled;
  ruled.managed("a.json", R"({"NativeMessagingBlocklist":["*"]})");
  CHECK(ruled.chromium().host_blocked);
  CHECK(ruled.chromium().source.filename() == "a.json");
  ruled.managed("b.json", R"({"NativeMessagingAllowlist":["org.keepleaf.host"]})");
  CHECK_FALSE(ruled.chromium().host_blocked);
  ruled.managed("b.json", R"({"NativeMessagingAllowlist":["org.other"]})");
  CHECK(ruled.chromium().host_blocked);
  ruled.managed("a.json", R"({"NativeMessagingBlocklist":["org.other"]})");
  CHECK_FALSE(ruled.chromium().host_blocked);
}

TEST_CASE("of two files the last in name order decides") {
  const Ruled ruled;
  ruled.managed("10.json", R"({"NativeMessagingUserLevelHosts":false})");
  CHECK_FALSE(ruled.chromium().user_level_hosts);
  ruled.managed("20.json", R"({"NativeMessagingUserLevelHosts":true})");
  CHECK(ruled.chromium().user_level_hosts);
}

TEST_CASE("the extension may be blocked by its id or with all others, unless it has an entry of its own") {
  const Ruled ruled;
  ruled.managed("a.json", R"({"ExtensionSettings":{"*":{"installation_mode":"blocked"}}})");
  CHECK(ruled.chromium().extension_blocked);
  ruled.managed("a.json", R"({"ExtensionSettings":{"*":{"installation_mode":"blocked"},
    "ebfdainneeddjbmjhhpkjjncbbghgifh":{"installation_mode":"allowed"}}})");
  CHECK_FALSE(ruled.chromium().extension_blocked);
  ruled.managed("a.json", R"({"ExtensionInstallBlocklist":["*"]})");
  CHECK(ruled.chromium().extension_blocked);
  const auto file = ruled.machine.root / "etc/firefox/policies/policies.json";
  test::Machine::write(
      file,
      R"({"policies":{"ExtensionSettings":{"keepleaf@keepleaf.org":{"installation_mode":"blocked"}}}})");
  CHECK(ruled.firefox().extension_blocked);
  CHECK(ruled.firefox().source == file);
}

TEST_CASE("a policy that can't be read is told, for what it forbids is unknown") {
  const Ruled ruled;
  ruled.managed("bad.json", "{");
  ruled.managed("list.json", "[]");
  CHECK(ruled.chromium().unreadable.size() == 2);
  CHECK_FALSE(ruled.chromium().host_blocked);
}
