#include "setup/doctor.h"

#include <algorithm>
#include <map>

#include "base/os/process.h"
#include "setup/files.h"
#include "setup/flatpak.h"
#include "setup/host_manifest.h"
#include "setup/library_check.h"
#include "setup/policy.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;

namespace {

const char* const kInstall = "keepleaf browser install";

bool any_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::error; });
}

struct Candidate {
  fs::path file;
  bool user = true;
};

class Examination {
 public:
  Examination(const DoctorRequest& request, const Table& table, const MachineConfig& config,
              const MachinePaths& paths)
      : request_(request), table_(table), config_(config), paths_(paths) {}

  BrowserDiagnosis of(const Browser& browser) {
    BrowserDiagnosis result{browser.name, browser.title, {}, {}, {}};
    const auto policy = read_policies(browser, table_);
    tell_policy(policy, result);
    if (browser.sandbox == Sandbox::snap) {
      add(result, {"sandboxed_snap",
                   Severity::error,
                   {},
                   browser.title + " runs in a Snap, which can't start programs outside of it",
                   "use the browser's .deb or the vendor's package, or Firefox",
                   false});
      return result;
    }
    if (browser.sandbox == Sandbox::snap_portal)
      add(result,
          {"sandboxed_snap_portal",
           Severity::note,
           {},
           browser.title + " starts the host through a desktop portal, which asks once for permission",
           "if it was refused by mistake, remove ~/.local/share/flatpak/db/webextensions and try again",
           false});
    const bool found = look_up(browser, policy, result);
    if (browser.sandbox == Sandbox::flatpak) tell_flatpak(browser, found, result);
    if (found && !any_error(result.findings)) try_host(browser, result);
    return result;
  }

 private:
  static void add(BrowserDiagnosis& result, Finding finding) {
    result.findings.push_back(std::move(finding));
  }

  static void tell_policy(const PolicyView& policy, BrowserDiagnosis& result) {
    if (policy.host_blocked)
      add(result, {"policy_blocked", Severity::error, policy.source,
                   "the machine's policy blocks this native-messaging host (NativeMessagingBlocklist)",
                   "ask the administrator to add org.keepleaf.host to NativeMessagingAllowlist", false});
    if (policy.extension_blocked)
      add(result,
          {"extension_blocked", Severity::error, policy.source,
           "the machine's policy blocks Keepleaf's extension", "ask the administrator to allow it", false});
    for (const auto& file : policy.unreadable)
      add(result, {"policy_unreadable", Severity::warning, file,
                   "the policy can't be read, so what it forbids is unknown", "", false});
  }

  // The browser's own order; the first file that it accepts wins. Chromium takes the first file that exists,
  // and fails when that is bad; Firefox goes on to the next.
  bool look_up(const Browser& browser, const PolicyView& policy, BrowserDiagnosis& result) {
    std::vector<Candidate> candidates;
    for (const auto& folder : browser.user) candidates.push_back({manifest_file(table_, folder), true});
    for (const auto& folder : browser.system) candidates.push_back({manifest_file(table_, folder), false});
    bool user_file_ignored = false;
    for (const auto& candidate : candidates) {
      std::error_code error;
      if (!fs::exists(fs::symlink_status(candidate.file, error))) continue;
      if (candidate.user && !policy.user_level_hosts) {
        user_file_ignored = true;
        continue;
      }
      auto findings = examine(browser, candidate, result);
      const bool refused = any_error(findings);
      const bool goes_on = browser.family == Family::firefox && refused && &candidate != &candidates.back();
      result.findings.insert(result.findings.end(), findings.begin(), findings.end());
      if (!refused || !goes_on) return !refused;
    }
    if (!policy.user_level_hosts)
      add(result, {"policy_user_level", Severity::error, policy.source,
                   std::string("the machine's policy lets the browser use hosts of the whole system only "
                               "(NativeMessagingUserLevelHosts)") +
                       (user_file_ignored ? "; your own manifest is ignored" : ""),
                   "as administrator: keepleaf browser install --system", false});
    else if (!any_error(result.findings))
      add(result,
          {"manifest_missing", Severity::error, candidates.front().file,
           browser.title + " knows no host: there is no manifest",
           std::string(kInstall) + (browser.sandbox == Sandbox::flatpak ? " --browser " + browser.name : ""),
           browser.sandbox == Sandbox::none || browser.sandbox == Sandbox::snap_portal});
    return false;
  }

  std::vector<Finding> examine(const Browser& browser, const Candidate& candidate, BrowserDiagnosis& result) {
    std::vector<Finding> findings;
    const bool fixable = candidate.user;
    const std::string mend =
        candidate.user ? kInstall : "as administrator: keepleaf browser install --system";
    const auto error = [&](std::string code, const std::string& message, std::string next) {
      findings.push_back({std::move(code), Severity::error, candidate.file, message,
                          next.empty() ? mend : std::move(next), fixable});
    };
    result.manifest = candidate.file;
    const auto text = read_small_file(candidate.file);
    if (!text || !*text) {
      error(
          "manifest_unreadable",
          text ? "the manifest is a link to nothing" : "the manifest can't be read: " + text.error().message,
          "");
      return findings;
    }
    const auto reading = read_manifest(table_, browser.family, **text);
    result.host = reading.host;
    for (const auto& defect : reading.refused)
      error(defect.code, "the manifest is refused: " + defect.message, "");
    for (const auto& id : allowed_ids(browser.family, table_, config_)) {
      if (std::find(reading.callers.begin(), reading.callers.end(), id) != reading.callers.end()) continue;
      const bool listed = std::any_of(findings.begin(), findings.end(), [](const Finding& f) {
        return f.code == "origin_slash" || f.code == "manifest_not_json" || f.code == "id_missing";
      });
      if (!listed) error("id_missing", "the manifest does not let the extension " + id + " in", "");
    }
    if (!reading.host.empty() && reading.host.is_absolute() && browser.sandbox != Sandbox::flatpak)
      examine_host(reading.host, error, findings, candidate);
    return findings;
  }

  template <class Report>
  void examine_host(const fs::path& host, const Report& error, std::vector<Finding>& findings,
                    const Candidate& candidate) {
    switch (os::startable(host)) {
      case os::Startable::missing:
        error("host_missing",
              "the manifest names " + host.string() + ", which does not exist; Keepleaf was moved or removed",
              "");
        return;
      case os::Startable::not_a_file:
        error("host_is_folder", "the manifest names " + host.string() + ", which is not a file", "");
        return;
      case os::Startable::not_executable:
        error("host_not_executable", host.string() + " is not executable",
              "chmod +x '" + host.string() + "'");
        return;
      case os::Startable::noexec:
        error("host_noexec", host.string() + " lies on a file system that is mounted noexec",
              "install Keepleaf elsewhere, then: " + std::string(kInstall));
        return;
      case os::Startable::yes:
        break;
    }
    std::error_code unknown;
    if (!fs::equivalent(host, request_.host, unknown))
      findings.push_back({"host_stale", Severity::warning, candidate.file,
                          "the manifest names another Keepleaf than this one: " + host.string(),
                          std::string(kInstall) + " to use " + request_.host.string(), candidate.user});
  }

  void tell_flatpak(const Browser& browser, bool found, BrowserDiagnosis& result) {
    if (!found) {
      add(result,
          {"sandboxed_flatpak",
           Severity::error,
           {},
           browser.title + " runs in a Flatpak sandbox, which starts no programs outside of it by itself",
           "if it may start programs outside its sandbox: keepleaf browser install --browser " + browser.name,
           false});
      return;
    }
    if (!flatpak_may_spawn(browser, paths_))
      add(result, {"flatpak_permission",
                   Severity::error,
                   {},
                   browser.title + " is not allowed to start programs outside its sandbox",
                   flatpak_grant(browser) + "   (it may then start anything)",
                   false});
  }

  // One start for all browsers of a family that name the same host.
  void try_host(const Browser& browser, BrowserDiagnosis& result) {
    HostCall call;
    call.host = browser.sandbox == Sandbox::flatpak ? request_.host : result.host;
    call.family = browser.family;
    call.id = allowed_ids(browser.family, table_, config_).front();
    call.manifest = result.manifest;
    // Starting the host over a library that is not there yet would make it: a look must not.
    std::error_code unreadable;
    const auto browsers_library = choose_library(
                                      "", [](const char*) { return std::nullopt; }, config_, paths_, "/")
                                      .folder;
    const bool real = fs::exists(browsers_library, unreadable);
    call.environment = real ? request_.environment : request_.scratch_environment;
    const auto key = std::make_pair(call.host, call.family);
    auto known = answers_.find(key);
    if (known == answers_.end()) known = answers_.emplace(key, request_.ask(call)).first;
    const auto& answer = known->second;
    if (!answer) {
      add(result, {answer.error().code == ErrorCode::timeout ? "host_silent" : "host_crashed",
                   Severity::error, call.host, answer.error().message,
                   "start it yourself to see more: keepleaf host, with the browser's arguments; then install "
                   "Keepleaf again",
                   false});
      return;
    }
    const auto opened = real ? answer->library : browsers_library;
    if (fs::weakly_canonical(opened, unreadable) != fs::weakly_canonical(request_.library.folder, unreadable))
      add(result, {"library_differs", Severity::warning, opened,
                   "the browser's host opens " + opened.string() + ", but this shell " +
                       request_.library.folder.string() + " (" + request_.library.source + ")",
                   "to let browsers use the shell's: keepleaf browser install --library '" +
                       request_.library.folder.string() + "'",
                   false});
    if (real) check_library(*answer, result.findings);
  }

  const DoctorRequest& request_;
  const Table& table_;
  const MachineConfig& config_;
  const MachinePaths& paths_;
  std::map<std::pair<fs::path, Family>, Result<HostAnswer>> answers_;
};

}  // namespace

std::string_view severity_name(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

bool BrowserDiagnosis::works() const { return !any_error(findings); }

bool Diagnosis::works() const {
  return !any_error(findings) &&
         std::all_of(browsers.begin(), browsers.end(), [](const BrowserDiagnosis& b) { return b.works(); });
}

Result<Diagnosis> diagnose(const DoctorRequest& request, const Table& table, const MachineConfig& config,
                           const MachinePaths& paths) {
  Diagnosis diagnosis;
  diagnosis.library = request.library.folder;
  diagnosis.library_source = request.library.source;
  Examination examination(request, table, config, paths);
  for (const auto& name : request.browsers)
    if (table.find(name) == nullptr)
      return fail(ErrorCode::not_found, "there is no browser \"" + name + "\" in Keepleaf's table");
  for (const auto& browser : table.browsers) {
    const bool asked =
        std::find(request.browsers.begin(), request.browsers.end(), browser.name) != request.browsers.end();
    if (request.browsers.empty() ? browser.present() : asked)
      diagnosis.browsers.push_back(examination.of(browser));
  }
  if (diagnosis.browsers.empty())
    diagnosis.findings.push_back({"no_browser",
                                  Severity::error,
                                  {},
                                  "no browser was found in your folders",
                                  "start the browser once, then: keepleaf browser install; or name its "
                                  "folder: keepleaf browser install --dir DIR --family chromium|firefox",
                                  false});
  check_folder(request.library.folder, diagnosis.findings);
  return diagnosis;
}

}  // namespace keepleaf::setup
