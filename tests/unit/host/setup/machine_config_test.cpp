#include "setup/machine_config.h"

#include "machine.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::setup;
namespace fs = std::filesystem;

TEST_CASE("a configuration comes back as it was saved, private and whole") {
  const test::Machine machine;
  const auto file = machine.paths().config_file();
  MachineConfig config;
  REQUIRE(set_config(config, "library", {(machine.home / "a b/ünï").string()}));
  REQUIRE(set_config(config, "allowed_hosts", {"localhost:8080", "[::1]:80", "nas", "localhost:8080"}));
  REQUIRE(set_config(config, "extra_chromium_ids", {std::string(32, 'a')}));
  REQUIRE(set_config(config, "extra_gecko_ids", {"{12345678-1234-1234-1234-123456789abc}"}));
  REQUIRE(save_config(file, config));
  CHECK(load_config(file).value() == config);
  CHECK(config.allowed_hosts.size() == 3);
  CHECK((fs::status(file).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a missing file is the default, and going back to the default removes the file") {
  const test::Machine machine;
  const auto file = machine.paths().config_file();
  CHECK(load_config(file).value() == MachineConfig{});
  MachineConfig config;
  REQUIRE(set_config(config, "allowed_hosts", {"nas"}));
  REQUIRE(save_config(file, config));
  REQUIRE(set_config(config, "allowed_hosts", {}));
  REQUIRE(save_config(file, config));
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("a file that holds anything unknown or unfit is refused, named and left alone") {
  const test::Machine machine;
  const auto file = machine.paths().config_file();
  const auto text =
      GENERATE(as<std::string>{}, "", "{", "[]", "\"x\"", R"({"libary":"/x"})", R"({"library":7})",
               R"({"library":"relative"})", R"({"library":["/x"]})", R"({"allowed_hosts":"nas"})",
               R"({"allowed_hosts":[1]})", R"({"allowed_hosts":["http://nas/"]})",
               R"({"extra_gecko_ids":["no"]})", R"({"library":"/a","library":"/b"})");
  INFO(text);
  test::Machine::write(file, text);
  const auto loaded = load_config(file);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find(file.string()) != std::string::npos);
  CHECK_FALSE(loaded.error().next.empty());
  CHECK(test::Machine::read(file) == text);
}

TEST_CASE("hosts are names or addresses with a port at most") {
  MachineConfig config;
  for (const auto* good : {"a", "a.example:1", "127.0.0.1:65535", "[fe80::1]", "[::1]:8080"}) {
    INFO(good);
    CHECK(set_config(config, "allowed_hosts", {good}));
  }
  for (const auto* bad :
       {"", "a b", "a:0", "a:65536", "a:", ":80", "a/b", "u@a", "*", "http://a", "[]", "::1", "a:x"}) {
    INFO(bad);
    CHECK(set_config(config, "allowed_hosts", {bad}).error().code == ErrorCode::bad_request);
  }
  CHECK(config.allowed_hosts == std::vector<std::string>{"[::1]:8080"});
}

TEST_CASE("ids are told from what only looks like one") {
  CHECK(valid_chromium_id("ebfdainneeddjbmjhhpkjjncbbghgifh"));
  CHECK_FALSE(valid_chromium_id("ebfdainneeddjbmjhhpkjjncbbghgif"));
  CHECK_FALSE(valid_chromium_id("Ebfdainneeddjbmjhhpkjjncbbghgifh"));
  CHECK_FALSE(valid_chromium_id("qbfdainneeddjbmjhhpkjjncbbghgifh"));
  CHECK(valid_gecko_id("keepleaf@keepleaf.org"));
  CHECK(valid_gecko_id("@x"));
  CHECK_FALSE(valid_gecko_id("keepleaf"));
  CHECK_FALSE(valid_gecko_id("a@"));
  CHECK_FALSE(valid_gecko_id("a b@c"));
  CHECK_FALSE(valid_gecko_id("{12345678-1234-1234-1234-123456789abg}"));
}

TEST_CASE("an unknown key names those that there are") {
  MachineConfig config;
  const auto set = set_config(config, "color", {"green"});
  REQUIRE_FALSE(set);
  CHECK(set.error().code == ErrorCode::not_found);
  CHECK(set.error().next.find("allowed_hosts") != std::string::npos);
  CHECK(config_values(config, "color").error().code == ErrorCode::not_found);
}

TEST_CASE("the library is what the flag, the environment, the file or the platform says, in that order") {
  test::Machine machine;
  const auto paths = machine.paths();
  MachineConfig config;
  CHECK(choose_library("", machine.environment(), config, paths, "/w").folder == paths.library);
  CHECK(choose_library("", machine.environment(), config, paths, "/w").source == "default");
  config.library = "/from/file";
  CHECK(choose_library("", machine.environment(), config, paths, "/w").folder == "/from/file");
  CHECK(choose_library("", machine.environment(), config, paths, "/w").source ==
        paths.config_file().string());
  machine.variables["KEEPLEAF_LIBRARY"] = "env";
  CHECK(choose_library("", machine.environment(), config, paths, "/w").folder == "/w/env");
  CHECK(choose_library("../flag", machine.environment(), config, paths, "/w").folder == "/flag");
}
