// browser install and uninstall.
#include "cli/browser.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "cli/print.h"
#include "setup/files.h"
#include "setup/install.h"
#include "setup/self_test.h"

namespace keepleaf::cli {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

struct InstallArguments {
  std::vector<std::string> browsers;
  bool system = false;
  std::string library;
  std::string folder;
  std::string family;
  std::vector<std::string> extra_ids;
  std::string root = "/";
  bool dry_run = false;
};

ordered_json error_json(const Error& error) {
  return ordered_json::parse(protocol::encode_error(error)).at("error");
}

Status add_extra_ids(const std::vector<std::string>& ids, setup::MachineConfig& config) {
  for (const auto& id : ids) {
    const char* key = setup::valid_chromium_id(id) ? "extra_chromium_ids" : "extra_gecko_ids";
    KL_ASSIGN(auto values, setup::config_values(config, key));
    values.push_back(id);
    if (!setup::set_config(config, key, values))
      return fail(ErrorCode::bad_request, "\"" + id + "\" is no extension id", "nothing was written",
                  "Chromium's are 32 letters from a to p, Firefox's name@domain or {UUID}");
  }
  return {};
}

// Starts the host from each manifest as its browser would, over an empty library. Flatpak's launcher only
// works inside.
std::optional<Error> prove(const Context& context, const setup::InstallStep& step, const setup::Table& table,
                           const setup::MachineConfig& config) {
  const auto scratch = setup::ScratchFolder::make();
  if (!scratch) return scratch.error();
  setup::HostCall call;
  call.host =
      step.sandbox == setup::Sandbox::flatpak ? context.program.parent_path() / "keepleaf-host" : step.host;
  call.family = step.family;
  call.id = setup::allowed_ids(step.family, table, config).front();
  call.manifest = step.manifest;
  call.environment = setup::browser_environment(context.environment, context.paths, scratch->path());
  const auto answer = setup::ask_host(call);
  if (!answer) return answer.error();
  if (answer->library_error) return answer->library_error;
  return std::nullopt;
}

void print_step(const Context& context, const setup::InstallStep& step) {
  context.out << setup::outcome_name(step.outcome) << "  " << plain(step.browser);
  if (!step.manifest.empty()) context.out << "  " << plain(step.manifest.string());
  context.out << '\n';
  if (!step.hint.empty()) context.out << "  next: " << plain(step.hint) << '\n';
  if (step.outcome == setup::Outcome::skipped && step.error)
    context.out << "  " << plain(step.error->message) << "\n  next: " << plain(step.error->next) << '\n';
}

ordered_json step_json(const setup::InstallStep& step) {
  ordered_json entry = {
      {"browser", step.browser},
      {"family", setup::family_name(step.family)},
      {"manifest", step.manifest.empty() ? ordered_json() : ordered_json(step.manifest.string())},
      {"host", step.host.string()},
      {"outcome", setup::outcome_name(step.outcome)},
      {"error", nullptr},
      {"hint", step.hint}};
  if (step.error) entry["error"] = error_json(*step.error);
  return entry;
}

Result<int> run_install(const Context& outer, const InstallArguments& arguments) {
  KL_ASSIGN(const auto paths, setup::MachinePaths::from(outer.environment, outer.folder / arguments.root));
  KL_ASSIGN(const auto table, setup::browser_table(paths));
  std::optional<os::File> held;  // while the settings are read, changed and written
  if (!arguments.dry_run && (!arguments.extra_ids.empty() || !arguments.library.empty())) {
    KL_ASSIGN(held, setup::hold_folder(paths.config_file().parent_path()));
  }
  KL_ASSIGN(auto config, setup::load_config(paths.config_file()));
  const auto before = config;
  KL_TRY(add_extra_ids(arguments.extra_ids, config));
  if (!arguments.library.empty())
    KL_TRY(setup::set_config(config, "library",
                             {(outer.folder / arguments.library).lexically_normal().string()}));

  setup::InstallRequest request;
  request.browsers = arguments.browsers;
  request.level = arguments.system ? setup::Level::system : setup::Level::user;
  if (!arguments.folder.empty()) request.folder = (outer.folder / arguments.folder).lexically_normal();
  request.family = arguments.family == "firefox" ? setup::Family::firefox : setup::Family::chromium;
  KL_ASSIGN(request.host, setup::host_path(outer.program));
  request.dry_run = arguments.dry_run;
  KL_ASSIGN(const auto steps, setup::install(request, table, config, paths));
  if (config != before && !request.dry_run) KL_TRY(setup::save_config(paths.config_file(), config));
  held.reset();

  int code = kDone;
  ordered_json document = {
      {"host", request.host.string()}, {"items", ordered_json::array()}, {"self_test", nullptr}};
  std::optional<Error> broken;
  std::vector<setup::Family> proven;
  for (const auto& step : steps) {
    if (context_wants_words(outer)) print_step(outer, step);
    document["items"].push_back(step_json(step));
    if (step.outcome == setup::Outcome::failed) {
      code = kFailed;
      report_words(outer, *step.error);
    }
    const bool there = step.outcome == setup::Outcome::written || step.outcome == setup::Outcome::unchanged;
    if (!there || request.dry_run || broken) continue;
    if (std::find(proven.begin(), proven.end(), step.family) != proven.end()) continue;
    broken = prove(outer, step, table, config);
    proven.push_back(step.family);
  }
  if (!proven.empty()) {
    document["self_test"] = {{"ok", !broken}, {"error", broken ? error_json(*broken) : ordered_json()}};
    if (broken) {
      code = kFailed;
      broken->message = "the manifests are written, but the host does not work: " + broken->message;
      report_words(outer, *broken);
    } else if (context_wants_words(outer)) {
      outer.out << "The host answers as browsers start it. Now load the extension (README), or restart the "
                   "browser.\n";
    }
  }
  if (outer.json) outer.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  return code;
}

Result<int> run_uninstall(const Context& context, bool dry_run) {
  KL_ASSIGN(const auto removed, setup::uninstall(context.paths, dry_run));
  ordered_json document = {{"items", ordered_json::array()}};
  for (const auto& file : removed) {
    document["items"].push_back({{"path", file.path.string()},
                                 {"removed", file.removed},
                                 {"why", file.removed ? ordered_json() : ordered_json(file.why)}});
    if (!context_wants_words(context)) continue;
    context.out << (file.removed ? "removed  " : "left  ") << plain(file.path.string());
    if (!file.removed) context.out << "  (" << plain(file.why) << ")";
    context.out << '\n';
  }
  if (context.json) {
    context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
    return kDone;
  }
  if (removed.empty()) context.out << "No manifest was installed by Keepleaf.\n";
  if (const auto library = chosen_library(context)) {
    std::error_code error;
    if (fs::exists(library->folder, error))
      context.out << "Your library stays in " << plain(library->folder.string()) << '\n';
  }
  return kDone;
}

}  // namespace

bool context_wants_words(const Context& context) { return !context.json; }

void report_words(const Context& context, const Error& error) {
  Context words = context;
  words.json = false;  // the one document comes at the end
  report(words, error);
}

void add_browser(CLI::App& app, Context& context, Action& chosen) {
  auto* browser =
      app.add_subcommand("browser", "Tell browsers where Keepleaf is, and find out why one can't reach it");
  browser->fallthrough();
  browser->require_subcommand(1);

  auto arguments = std::make_shared<InstallArguments>();
  auto* install = command(*browser, context, chosen, "install", "Write the host manifests that browsers read",
                          [&context, arguments] {
                            // After the command, --library is the one to be written into the settings.
                            auto asked = *arguments;
                            if (asked.library.empty()) asked.library = context.library_flag;
                            return run_install(context, asked);
                          });
  install
      ->add_option("--browser", arguments->browsers,
                   "Only this one; may be repeated (default: all that are found)")
      ->allow_extra_args(false)
      ->type_name("NAME");
  install->add_flag("--system", arguments->system, "For all people of this machine; needs an administrator");
  install->add_option("--library", arguments->library, "From now on, every door opens this library")
      ->type_name("DIR");
  auto* folder =
      install->add_option("--dir", arguments->folder, "A browser's folder of manifests that the table lacks")
          ->type_name("PATH");
  auto* family = install->add_option("--family", arguments->family, "Of the browser whose folder --dir is")
                     ->check(CLI::IsMember({"chromium", "firefox"}));
  folder->needs(family);
  family->needs(folder);
  install
      ->add_option("--extra-id", arguments->extra_ids,
                   "A further extension that may start the host; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ID");
  install->add_option("--root", arguments->root, "Prefix of system folders, for packagers")->type_name("DIR");
  install->add_flag("--dry-run", arguments->dry_run, "Say what would be written");

  auto dry_run = std::make_shared<bool>(false);
  auto* uninstall = command(*browser, context, chosen, "uninstall", "Remove what install wrote",
                            [&context, dry_run] { return run_uninstall(context, *dry_run); });
  uninstall->add_flag("--dry-run", *dry_run, "Say what would be removed");
  add_doctor(*browser, context, chosen);
}

}  // namespace keepleaf::cli
