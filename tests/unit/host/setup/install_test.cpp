#include "setup/install.h"

#include <nlohmann/json.hpp>

#include "machine.h"
#include "setup/flatpak.h"
#include "setup/host_manifest.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::setup;
namespace fs = std::filesystem;

namespace {

InstallRequest request_for(const test::Machine& machine) {
  InstallRequest request;
  request.host = machine.host;
  return request;
}

std::vector<InstallStep> run(const test::Machine& machine, const InstallRequest& request) {
  return install(request, machine.table(), {}, machine.paths()).value();
}

const InstallStep& step_of(const std::vector<InstallStep>& steps, const std::string& title) {
  for (const auto& step : steps)
    if (step.browser == title) return step;
  throw std::runtime_error("no step for " + title);
}

}  // namespace

TEST_CASE("install and uninstall leave every browser's folders as they were") {
  const auto home = GENERATE(as<std::string>{}, "home", "dir with space/ünï 文");
  const test::Machine machine(home);
  for (const auto& browser : machine.table().browsers) fs::create_directories(browser.found.front());
  test::Machine::write(machine.home / ".config/chromium/Local State", "{}");
  const auto before = machine.tree();

  for (const auto& step : run(machine, request_for(machine))) {
    INFO(step.browser);
    const bool refused = step.sandbox == Sandbox::snap || step.sandbox == Sandbox::flatpak;
    if (refused) {
      CHECK(step.outcome == Outcome::skipped);
      CHECK(step.error->message.find(step.sandbox == Sandbox::snap ? "Snap" : "Flatpak") !=
            std::string::npos);
      continue;
    }
    CHECK((step.outcome == Outcome::written || step.outcome == Outcome::unchanged));
    const auto reading = read_manifest(machine.table(), step.family, test::Machine::read(step.manifest));
    CHECK(reading.refused.empty());
    CHECK(reading.host == machine.host);
  }
  const auto removed = uninstall(machine.paths(), false).value();
  for (const auto& file : removed) CHECK(file.removed);
  CHECK(machine.tree() == before);
}

TEST_CASE("a second install changes nothing, and uninstall still knows what is ours") {
  const test::Machine machine;
  const auto before = machine.tree();
  run(machine, request_for(machine));
  const auto once = machine.tree();
  for (const auto& step : run(machine, request_for(machine))) CHECK(step.outcome == Outcome::unchanged);
  CHECK(machine.tree() == once);
  REQUIRE(uninstall(machine.paths(), false));
  CHECK(machine.tree() == before);
  CHECK(uninstall(machine.paths(), false).value().empty());
}

TEST_CASE("Firefox is always served where it looks, wherever its profile lies") {
  const test::Machine machine;
  fs::create_directories(machine.home / ".config/mozilla/firefox");
  const auto steps = run(machine, request_for(machine));
  CHECK(step_of(steps, "Firefox").manifest ==
        machine.home / ".mozilla/native-messaging-hosts/org.keepleaf.host.json");
}

TEST_CASE("each family gets a file of its own with its own key only") {
  const test::Machine machine;
  fs::create_directories(machine.home / ".config/chromium");
  MachineConfig config;
  config.extra_chromium_ids = {std::string(32, 'b')};
  const auto steps = install(request_for(machine), machine.table(), config, machine.paths()).value();
  const auto chromium = nlohmann::json::parse(test::Machine::read(step_of(steps, "Chromium").manifest));
  CHECK(chromium["allowed_origins"] == nlohmann::json{"chrome-extension://ebfdainneeddjbmjhhpkjjncbbghgifh/",
                                                      "chrome-extension://" + std::string(32, 'b') + "/"});
  CHECK_FALSE(chromium.contains("allowed_extensions"));
  const auto firefox = nlohmann::json::parse(test::Machine::read(step_of(steps, "Firefox").manifest));
  CHECK(firefox["allowed_extensions"] == nlohmann::json{"keepleaf@keepleaf.org"});
  CHECK_FALSE(firefox.contains("allowed_origins"));
  CHECK(firefox["type"] == "stdio");
  CHECK(firefox["name"] == "org.keepleaf.host");
}

TEST_CASE("a dry run says what would be written and writes nothing") {
  const test::Machine machine;
  const auto before = machine.tree();
  auto request = request_for(machine);
  request.dry_run = true;
  for (const auto& step : run(machine, request)) CHECK(step.outcome == Outcome::planned);
  CHECK(machine.tree() == before);
}

TEST_CASE("uninstall leaves what somebody changed, and what somebody else wrote") {
  const test::Machine machine;
  fs::create_directories(machine.home / ".config/chromium");
  const auto steps = run(machine, request_for(machine));
  const auto changed = step_of(steps, "Firefox").manifest;
  test::Machine::write(changed, "{}");
  const auto foreign = changed.parent_path() / "org.other.json";
  test::Machine::write(foreign, "{}");
  const auto removed = uninstall(machine.paths(), false).value();
  for (const auto& file : removed) {
    CHECK(file.removed == (file.path != changed));
    if (!file.removed) CHECK(file.why.find("changed") != std::string::npos);
  }
  CHECK(fs::exists(changed));
  CHECK(fs::exists(foreign));
  CHECK_FALSE(fs::exists(step_of(steps, "Chromium").manifest));
}

TEST_CASE("a folder that is a link is followed, and stays a link") {
  const test::Machine machine;
  const auto real = machine.home / "synced/chromium";
  fs::create_directories(real);
  fs::create_directories(machine.home / ".config");
  fs::create_directory_symlink(real, machine.home / ".config/chromium");
  const auto before = machine.tree();
  run(machine, request_for(machine));
  CHECK(fs::exists(real / "NativeMessagingHosts/org.keepleaf.host.json"));
  REQUIRE(uninstall(machine.paths(), false));
  CHECK(machine.tree() == before);
}

TEST_CASE("a folder that can't be made fails its browser and no other") {
  const test::Machine machine;
  fs::create_directories(machine.home / ".config/chromium");
  // A file where the folder should be: even an administrator can't make that folder.
  test::Machine::write(machine.home / ".config/chromium/NativeMessagingHosts", "in the way");
  const auto steps = run(machine, request_for(machine));
  CHECK(step_of(steps, "Chromium").outcome == Outcome::failed);
  CHECK(step_of(steps, "Chromium").error->message.find("Chromium") != std::string::npos);
  CHECK_FALSE(step_of(steps, "Chromium").error->next.empty());
  CHECK(step_of(steps, "Firefox").outcome == Outcome::written);
}

TEST_CASE("a browser is refused by a word that says why") {
  const test::Machine machine;
  auto request = request_for(machine);
  const auto refuse = [&](const std::string& name) {
    request.browsers = {name};
    const auto steps = install(request, machine.table(), {}, machine.paths());
    REQUIRE_FALSE(steps);
    return steps.error();
  };
  CHECK(refuse("netscape").code == ErrorCode::not_found);
  CHECK(refuse("arc").message.find("untested") != std::string::npos);
  CHECK(refuse("chromium-snap").code == ErrorCode::unsupported);
  CHECK_FALSE(fs::exists(machine.paths().state));
}

TEST_CASE("a Flatpak that is named gets a launcher inside its sandbox, and says what is still needed") {
  const test::Machine machine;
  const auto before = machine.tree();
  auto request = request_for(machine);
  request.browsers = {"firefox-flatpak"};
  const auto steps = run(machine, request);
  REQUIRE(steps.size() == 1);
  CHECK(
      steps[0].hint.find("flatpak override --user --talk-name=org.freedesktop.Flatpak org.mozilla.firefox") !=
      std::string::npos);
  const auto launcher = machine.home / ".var/app/org.mozilla.firefox/keepleaf/keepleaf-host";
  CHECK(steps[0].host == launcher);
  CHECK(test::Machine::read(launcher).find("flatpak-spawn --host '" + machine.host.string() + "'") !=
        std::string::npos);
  CHECK((fs::status(launcher).permissions() & fs::perms::owner_exec) != fs::perms::none);
  REQUIRE(uninstall(machine.paths(), false));
  CHECK(machine.tree() == before);

  test::Machine::write(machine.home / ".local/share/flatpak/overrides/org.mozilla.firefox",
                       "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n");
  CHECK(run(machine, request)[0].hint.empty());
}

TEST_CASE("a launcher's quotes hold for any path") {
  CHECK(flatpak_launcher_text("/a b/it's").find("'/a b/it'\\''s'") != std::string::npos);
}

TEST_CASE("the system level writes below the root, and an explicit folder wherever it is told") {
  const test::Machine machine;
  auto request = request_for(machine);
  request.level = Level::system;
  run(machine, request);
  CHECK(fs::exists(machine.root / "etc/chromium/native-messaging-hosts/org.keepleaf.host.json"));
  CHECK(fs::exists(machine.root / "usr/lib/mozilla/native-messaging-hosts/org.keepleaf.host.json"));
  CHECK_FALSE(fs::exists(machine.root / "etc/opt/vivaldi"));
  request = request_for(machine);
  request.folder = machine.home / "portable/NativeMessagingHosts";
  request.family = Family::firefox;
  const auto steps = run(machine, request);
  REQUIRE(steps.size() == 1);
  CHECK(read_manifest(machine.table(), Family::firefox, test::Machine::read(steps[0].manifest))
            .refused.empty());
}

TEST_CASE("a damaged record stops both, before anything is written") {
  const test::Machine machine;
  test::Machine::write(record_file(machine.paths()), "{\"files\":7}");
  const auto before = machine.tree();
  CHECK(install(request_for(machine), machine.table(), {}, machine.paths()).error().code ==
        ErrorCode::corrupt);
  CHECK(uninstall(machine.paths(), false).error().code == ErrorCode::corrupt);
  CHECK(machine.tree() == before);
}
