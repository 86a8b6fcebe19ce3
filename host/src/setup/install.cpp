#include "setup/install.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/os/file.h"
#include "setup/files.h"
#include "setup/flatpak.h"
#include "setup/host_manifest.h"
#include "setup/install_record.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;

namespace {

constexpr auto kReadable =
    fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read;
constexpr auto kRunnable = fs::perms::owner_all;

bool is_there(const fs::path& path) {
  std::error_code unreadable;
  return fs::exists(path, unreadable);
}

// The folder to write to: the first whose browser is there, where a browser may lie in several.
fs::path user_folder(const Browser& browser) {
  for (std::size_t i = 0; i < browser.user.size() && i < browser.found.size() && browser.user.size() > 1; ++i)
    if (is_there(browser.found[i])) return browser.user[i];
  return browser.user.front();
}

InstallStep step_for(const Browser& browser, fs::path folder, const Table& table,
                     const InstallRequest& request) {
  InstallStep step;
  step.browser = browser.title;
  step.family = browser.family;
  step.sandbox = browser.sandbox;
  step.manifest = manifest_file(table, folder);
  step.host = request.host;
  return step;
}

Error cant_start_programs(const Browser& browser) {
  return {ErrorCode::unsupported, browser.title + " runs in a Snap, which can't start programs outside of it",
          "nothing was written for it", "use the browser's .deb or the vendor's package, or Firefox"};
}

Error needs_a_decision(const Browser& browser) {
  return {ErrorCode::unsupported,
          browser.title + " runs in a Flatpak sandbox, which starts no programs outside of it by itself",
          "nothing was written for it",
          "if it may start programs outside its sandbox: keepleaf browser install --browser " + browser.name};
}

// The rows that nobody named: what is found, Firefox always (its profile may lie in ~/.config/mozilla or come
// later, and ~/.mozilla is where it looks anyway).
Result<std::vector<InstallStep>> steps_for_found(const InstallRequest& request, const Table& table,
                                                 const MachinePaths& paths) {
  std::vector<InstallStep> steps;
  for (const auto& browser : table.browsers) {
    const bool always = browser.name == "firefox";
    if (request.level == Level::system) {
      if (browser.system.empty()) continue;
      const auto& folder = browser.system.front();
      const bool usual = always || browser.name == "chromium" || browser.name == "chrome";
      if (usual || browser.present() || is_there(folder) ||
          (folder.parent_path() != paths.system("/etc/opt") && is_there(folder.parent_path())))
        steps.push_back(step_for(browser, folder, table, request));
      continue;
    }
    if (!always && !browser.present()) continue;
    auto step = step_for(browser, user_folder(browser), table, request);
    if (browser.sandbox == Sandbox::snap || browser.sandbox == Sandbox::flatpak) {
      step.outcome = Outcome::skipped;
      step.error =
          browser.sandbox == Sandbox::snap ? cant_start_programs(browser) : needs_a_decision(browser);
      step.manifest.clear();
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<InstallStep>> plan(const InstallRequest& request, const Table& table,
                                      const MachinePaths& paths) {
  if (request.folder) {
    InstallStep step;
    step.browser = request.folder->string();
    step.family = request.family;
    step.manifest = manifest_file(table, *request.folder);
    step.host = request.host;
    return std::vector{step};
  }
  if (request.browsers.empty()) return steps_for_found(request, table, paths);
  std::vector<InstallStep> steps;
  for (const auto& name : request.browsers) {
    const auto* browser = table.find(name);
    if (browser == nullptr) {
      if (std::find(table.untested.begin(), table.untested.end(), name) != table.untested.end())
        return fail(ErrorCode::unsupported, name + " is untested: Keepleaf knows it on other systems only",
                    "nothing was written");
      return fail(ErrorCode::not_found, "there is no browser \"" + name + "\" in Keepleaf's table",
                  "nothing was written",
                  "see keepleaf browser install --help, or name its folder with --dir and --family");
    }
    if (browser->sandbox == Sandbox::snap) return fail(cant_start_programs(*browser));
    if (request.level == Level::system && browser->system.empty())
      return fail(ErrorCode::unsupported, browser->title + " reads no system folder", "nothing was written",
                  "leave --system away");
    const auto folder = request.level == Level::system ? browser->system.front() : user_folder(*browser);
    auto step = step_for(*browser, folder, table, request);
    if (browser->sandbox == Sandbox::flatpak) {
      step.host = flatpak_launcher(*browser, paths);
      if (!flatpak_may_spawn(*browser, paths))
        step.hint = "let it start programs outside its sandbox: " + flatpak_grant(*browser);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

class Writer {
 public:
  Writer(InstallRecord& record, bool dry_run) : record_(record), dry_run_(dry_run) {}

  // Returns what happened. Folders that had to be made are remembered even when the file then can't be
  // written.
  Result<Outcome> write(const fs::path& file, const std::string& text, fs::perms mode) {
    KL_ASSIGN(const auto before, read_small_file(file));
    const auto digest = sha256(as_bytes(text)).hex();
    if (before && *before == text) {
      // Ours to remove only when we wrote it: a package's manifest stays.
      return Outcome::unchanged;
    }
    if (dry_run_) return Outcome::planned;
    KL_TRY(make_folders(file.parent_path(), record_.folders));
    KL_TRY(replace_file(file, text, mode));
    record_.remember(file, digest);
    return Outcome::written;
  }

 private:
  InstallRecord& record_;
  bool dry_run_;
};

Result<Outcome> carry_out(InstallStep& step, Writer& writer, const InstallRequest& request,
                          const Table& table, const MachineConfig& config) {
  if (step.sandbox == Sandbox::flatpak)
    KL_TRY(writer.write(step.host, flatpak_launcher_text(request.host), kRunnable));
  KL_ASSIGN(const auto text,
            host_manifest(table, step.family, step.host, allowed_ids(step.family, table, config)));
  return writer.write(step.manifest, text, kReadable);
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::written:
      return "written";
    case Outcome::unchanged:
      return "unchanged";
    case Outcome::planned:
      return "planned";
    case Outcome::skipped:
      return "skipped";
    case Outcome::failed:
      return "failed";
  }
  return "";
}

fs::path record_file(const MachinePaths& paths) { return paths.state / "installed.json"; }

Result<std::vector<InstallStep>> install(const InstallRequest& request, const Table& table,
                                         const MachineConfig& config, const MachinePaths& paths) {
  KL_ASSIGN(auto steps, plan(request, table, paths));
  std::vector<fs::path> made;
  std::optional<os::File> held;
  if (!request.dry_run) {
    KL_TRY(make_folders(paths.state, made));
    KL_ASSIGN(held, hold_folder(paths.state));
  }
  KL_ASSIGN(auto record, load_record(record_file(paths)));
  // Kept before the first manifest is written, so that none can be forgotten, and again at the end.
  if (!request.dry_run) {
    record.folders.insert(record.folders.end(), made.begin(), made.end());
    KL_TRY(save_record(record_file(paths), record));
  }
  Writer writer(record, request.dry_run);
  std::set<fs::path> done;
  for (auto& step : steps) {
    if (step.outcome == Outcome::skipped) continue;
    // Several browsers may share a folder (Opera reads Chrome's): one file serves them.
    const auto outcome = carry_out(step, writer, request, table, config);
    const bool shared = !done.insert(step.manifest).second;
    step.outcome =
        outcome ? (shared && *outcome == Outcome::planned ? Outcome::unchanged : *outcome) : Outcome::failed;
    if (!outcome) {
      step.error = outcome.error();
      step.error->message = step.browser + ": " + step.error->message;
      if (step.error->next.empty()) step.error->next = "make the folder writable and install again";
    }
  }
  if (!request.dry_run) KL_TRY(save_record(record_file(paths), record));
  return steps;
}

Result<std::vector<RemovedFile>> uninstall(const MachinePaths& paths, bool dry_run) {
  std::optional<os::File> held;
  if (!dry_run && is_there(paths.state)) {
    KL_ASSIGN(held, hold_folder(paths.state));
  }
  KL_ASSIGN(auto record, load_record(record_file(paths)));
  std::vector<RemovedFile> removed;
  InstallRecord left;
  for (const auto& entry : record.files) {
    RemovedFile outcome{entry.path, false, ""};
    const auto text = read_small_file(entry.path);
    if (!text) {
      outcome.why = text.error().message;
    } else if (!*text) {
      outcome.why = "it was gone already";
    } else if (sha256(as_bytes(**text)).hex() != entry.sha256) {
      outcome.why = "it was changed since, so it is not ours any more";
    } else if (dry_run) {
      outcome.why = "it would be removed";
    } else if (const auto gone = remove_file(entry.path); !gone) {
      outcome.why = gone.error().message;
    } else {
      outcome.removed = true;
    }
    // What could not be removed stays in the record, for another try.
    if (!outcome.removed && (!text || (*text && sha256(as_bytes(**text)).hex() == entry.sha256)))
      left.files.push_back(entry);
    removed.push_back(std::move(outcome));
  }
  if (dry_run) return removed;
  // The record goes first: it lies in a folder that may be one of those to remove. While something is left,
  // it stays.
  left.folders = left.files.empty() ? std::vector<fs::path>{} : record.folders;
  KL_TRY(save_record(record_file(paths), left));
  if (left.files.empty()) {
    for (auto folder = record.folders.rbegin(); folder != record.folders.rend(); ++folder) {
      std::error_code in_use;  // a folder that others use by now stays
      fs::remove(*folder, in_use);
    }
  }
  return removed;
}

Result<fs::path> host_path(const fs::path& program) {
  auto link = program.parent_path() / "keepleaf-host";
  std::error_code error;
  if (fs::equivalent(link, program, error)) return link;
  return fail(ErrorCode::not_found, "there is no keepleaf-host beside " + program.string(),
              "nothing was written", "install Keepleaf again: both names belong together");
}

}  // namespace keepleaf::setup
