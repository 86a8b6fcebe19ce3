#include "setup/doctor.h"

#include "machine.h"
#include "setup/host_manifest.h"
#include "setup/install.h"
#include "setup/library_check.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::setup;
namespace fs = std::filesystem;

namespace {

// A machine with Chromium and Firefox, installed for, and a host that answers.
struct Patient {
  test::Machine machine;
  MachineConfig config;
  Result<HostAnswer> answer = HostAnswer{};
  std::vector<HostCall> calls;
  LibraryChoice library{machine.paths().library, "default"};

  Patient() {
    fs::create_directories(machine.home / ".config/chromium");
    InstallRequest request;
    request.host = machine.host;
    install(request, machine.table(), config, machine.paths()).value();
  }

  Diagnosis look(std::vector<std::string> browsers = {}) {
    DoctorRequest request;
    request.browsers = std::move(browsers);
    request.host = machine.host;
    request.library = library;
    request.ask = [this](const HostCall& call) {
      calls.push_back(call);
      return answer;
    };
    return diagnose(request, machine.table(), config, machine.paths()).value();
  }
  std::vector<std::string> codes(const std::string& browser) {
    std::vector<std::string> result;
    const auto diagnosis = look({browser});
    for (const auto& finding : diagnosis.browsers.at(0).findings) {
      CHECK_FALSE(finding.message.empty());
      if (finding.severity == Severity::error && finding.code.starts_with("policy_unreadable") == false)
        CHECK_FALSE(finding.next.empty());
      result.push_back(finding.code);
    }
    return result;
  }
  fs::path chromium() const {
    return machine.home / ".config/chromium/NativeMessagingHosts/org.keepleaf.host.json";
  }
  fs::path firefox() const { return machine.home / ".mozilla/native-messaging-hosts/org.keepleaf.host.json"; }
  void replace(const fs::path& file, const std::string& from, const std::string& to) const {
    auto text = test::Machine::read(file);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    test::Machine::write(file, text.replace(at, from.size(), to));
  }
};

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("what install wrote is well, and looking changes nothing") {
  Patient patient;
  const auto before = patient.machine.tree();
  const auto diagnosis = patient.look();
  CHECK(diagnosis.works());
  REQUIRE(diagnosis.browsers.size() == 2);
  for (const auto& browser : diagnosis.browsers) CHECK(browser.findings.empty());
  CHECK(patient.machine.tree() == before);
  REQUIRE(patient.calls.size() == 2);
  CHECK(patient.calls[0].host == patient.machine.host);
}

TEST_CASE("every defect of a manifest is named") {
  Patient patient;
  const auto file = patient.chromium();
  SECTION("missing") {
    fs::remove(file);
    CHECK(patient.codes("chromium") == Codes{"manifest_missing"});
  }
  SECTION("a link to nothing") {
    fs::remove(file);
    fs::create_symlink("/nowhere", file);
    CHECK(patient.codes("chromium") == Codes{"manifest_unreadable"});
  }
  SECTION("a folder") {
    fs::remove(file);
    fs::create_directory(file);
    CHECK(patient.codes("chromium") == Codes{"manifest_unreadable"});
  }
  SECTION("bad JSON") {
    test::Machine::write(file, "{");
    CHECK(patient.codes("chromium").at(0) == "manifest_not_json");
  }
  SECTION("another name") {
    patient.replace(file, "org.keepleaf.host", "org.keepleaf.hosts");
    CHECK(patient.codes("chromium") == Codes{"manifest_wrong_name"});
  }
  SECTION("another type") {
    patient.replace(file, "stdio", "pipe");
    CHECK(patient.codes("chromium") == Codes{"manifest_wrong_type"});
  }
  SECTION("no path") {
    patient.replace(file, "\"path\"", "\"paht\"");
    CHECK(patient.codes("chromium") == Codes{"host_path_missing"});
  }
  SECTION("a relative path") {
    patient.replace(file, patient.machine.host.string(), "bin/keepleaf-host");
    CHECK(patient.codes("chromium") == Codes{"host_path_relative"});
  }
  SECTION("an origin without its slash") {
    patient.replace(file, "gifh/", "gifh");
    CHECK(patient.codes("chromium") == Codes{"origin_slash"});
  }
  SECTION("an origin that is none") {
    patient.replace(file, "chrome-extension://", "https://");
    CHECK(patient.codes("chromium") == Codes{"origin_malformed", "id_missing"});
  }
  SECTION("another extension") {
    patient.replace(file, "ebfd", "aaaa");
    CHECK(patient.codes("chromium") == Codes{"id_missing"});
  }
  SECTION("no list of extensions") {
    patient.replace(file, "allowed_origins", "origins");
    CHECK(patient.codes("chromium") == Codes{"id_missing"});
  }
  SECTION("an extra id that came later") {
    patient.config.extra_chromium_ids = {std::string(32, 'c')};
    CHECK(patient.codes("chromium") == Codes{"id_missing"});
  }
  SECTION("both families in one file") {
    patient.replace(patient.firefox(), "\"type\"", "\"allowed_origins\": [], \"type\"");
    CHECK(patient.codes("firefox") == Codes{"both_families"});
  }
  CHECK((patient.calls.empty() || patient.answer.has_value()));
}

TEST_CASE("every defect of the host is named") {
  Patient patient;
  const auto host = patient.machine.host;
  SECTION("gone") {
    fs::remove(host);
    CHECK(patient.codes("chromium") == Codes{"host_missing"});
  }
  SECTION("a folder") {
    fs::remove(host);
    fs::create_directory(host);
    CHECK(patient.codes("chromium") == Codes{"host_is_folder"});
  }
  SECTION("not executable") {
    fs::permissions(host, fs::perms::owner_read);
    CHECK(patient.codes("chromium") == Codes{"host_not_executable"});
  }
  SECTION("another Keepleaf's") {
    const auto other = patient.machine.home / "old/keepleaf-host";
    test::Machine::write(other, "#!/bin/sh\n");
    fs::permissions(other, fs::perms::owner_all);
    patient.replace(patient.chromium(), host.string(), other.string());
    CHECK(patient.codes("chromium") == Codes{"host_stale"});
    CHECK(patient.look({"chromium"}).works());
  }
  SECTION("crashes") {
    patient.answer = fail(ErrorCode::internal, "the host ended with exit code 1");
    CHECK(patient.codes("chromium") == Codes{"host_crashed"});
  }
  SECTION("says nothing") {
    patient.answer = fail(ErrorCode::timeout, "the host did not answer");
    CHECK(patient.codes("firefox") == Codes{"host_silent"});
  }
}

TEST_CASE("Chromium stops at the first file that exists, Firefox goes on to one that is whole") {
  Patient patient;
  const auto table = patient.machine.table();
  for (const auto family : {Family::chromium, Family::firefox}) {
    const bool firefox = family == Family::firefox;
    const auto system = patient.machine.root / (firefox ? "usr/lib/mozilla/native-messaging-hosts"
                                                        : "etc/chromium/native-messaging-hosts");
    test::Machine::write(
        manifest_file(table, system),
        host_manifest(table, family, patient.machine.host, allowed_ids(family, table, {})).value());
    test::Machine::write(firefox ? patient.firefox() : patient.chromium(), "{");
  }
  CHECK_FALSE(patient.calls.size());
  patient.look({"chromium"});
  CHECK(patient.calls.empty());
  const auto diagnosis = patient.look({"firefox"});
  CHECK(diagnosis.browsers[0].manifest.string().starts_with(patient.machine.root.string()));
}

TEST_CASE("policies are named with their file") {
  Patient patient;
  const auto policy = patient.machine.root / "etc/chromium/policies/managed/it.json";
  test::Machine::write(policy, R"({"NativeMessagingUserLevelHosts":false})");
  CHECK(patient.codes("chromium") == Codes{"policy_user_level"});
  CHECK(patient.look({"chromium"}).browsers[0].findings[0].file == policy);
  test::Machine::write(policy, R"({"NativeMessagingBlocklist":["*"]})");
  CHECK(patient.codes("chromium") == Codes{"policy_blocked"});
  test::Machine::write(policy, R"({"ExtensionInstallBlocklist":["*"]})");
  CHECK(patient.codes("chromium") == Codes{"extension_blocked"});
  test::Machine::write(policy, "{");
  CHECK(patient.codes("chromium") == Codes{"policy_unreadable"});
  CHECK(patient.look({"chromium"}).works());
}

TEST_CASE("a sandbox is named, and what can be done about it") {
  Patient patient;
  CHECK(patient.codes("chromium-snap") == Codes{"sandboxed_snap"});
  CHECK(patient.codes("firefox-snap") == Codes{"sandboxed_snap_portal"});
  CHECK(patient.look({"firefox-snap"}).works());
  CHECK(patient.codes("firefox-flatpak") == Codes{"manifest_missing", "sandboxed_flatpak"});
  InstallRequest request;
  request.host = patient.machine.host;
  request.browsers = {"firefox-flatpak"};
  install(request, patient.machine.table(), {}, patient.machine.paths()).value();
  CHECK(patient.codes("firefox-flatpak") == Codes{"flatpak_permission"});
  test::Machine::write(patient.machine.home / ".local/share/flatpak/overrides/org.mozilla.firefox",
                       "org.freedesktop.Flatpak=talk\n");
  CHECK(patient.codes("firefox-flatpak").empty());
}

TEST_CASE("the library is looked at through the host, but never made by looking") {
  Patient patient;
  patient.look({"chromium"});
  REQUIRE(patient.calls.size() == 1);
  CHECK_FALSE(fs::exists(patient.machine.paths().library));
  CHECK(patient.look().findings.at(0).code == "library_new");

  fs::create_directories(patient.machine.paths().library);
  HostAnswer answer;
  answer.library = patient.machine.paths().library;
  answer.free_bytes = kLowSpace;
  const auto with = [&](ErrorCode code) {
    answer.library_error = Error{code, "why", "", "mend it"};
    patient.answer = answer;
    return patient.codes("chromium");
  };
  CHECK(with(ErrorCode::read_only) == Codes{"library_read_only"});
  CHECK(with(ErrorCode::newer_format) == Codes{"library_newer"});
  CHECK(with(ErrorCode::corrupt) == Codes{"library_corrupt"});
  CHECK(with(ErrorCode::no_space) == Codes{"library_no_space"});
  CHECK(with(ErrorCode::io) == Codes{"library_unusable"});
  answer.library_error.reset();
  answer.free_bytes = kLowSpace - 1;
  patient.answer = answer;
  CHECK(patient.codes("chromium") == Codes{"library_low_space"});
}

TEST_CASE("a shell that opens another library than the browsers is told so") {
  Patient patient;
  patient.library = {patient.machine.home / "mine", "KEEPLEAF_LIBRARY"};
  const auto diagnosis = patient.look({"chromium"});
  REQUIRE(diagnosis.browsers[0].findings.size() == 1);
  CHECK(diagnosis.browsers[0].findings[0].code == "library_differs");
  CHECK(diagnosis.browsers[0].findings[0].message.find("KEEPLEAF_LIBRARY") != std::string::npos);
  CHECK(diagnosis.works());
}

TEST_CASE("a library's path that is a file, and a machine without browsers, are errors") {
  Patient patient;
  test::Machine::write(patient.machine.paths().library, "a file");
  CHECK(patient.look().findings.at(0).code == "library_not_a_folder");
  test::Machine bare;
  DoctorRequest request;
  request.host = bare.host;
  request.library = {bare.paths().library, "default"};
  const auto diagnosis = diagnose(request, bare.table(), {}, bare.paths()).value();
  CHECK(diagnosis.findings.at(0).code == "no_browser");
  CHECK_FALSE(diagnosis.works());
  request.browsers = {"netscape"};
  CHECK(diagnose(request, bare.table(), {}, bare.paths()).error().code == ErrorCode::not_found);
}
