#include "setup/doctor.h"

#include <nlohmann/json.hpp>

#include "cli/browser.h"
#include "cli/print.h"
#include "setup/files.h"
#include "setup/install.h"

namespace keepleaf::cli {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

struct DoctorArguments {
  std::vector<std::string> browsers;
  std::string root = "/";
  bool fix = false;
};

void print_finding(const Context& context, const setup::Finding& finding) {
  context.out << "  " << setup::severity_name(finding.severity) << ": " << plain(finding.message) << '\n';
  if (!finding.file.empty()) context.out << "    in " << plain(finding.file.string()) << '\n';
  if (!finding.next.empty()) context.out << "    next: " << plain(finding.next) << '\n';
}

void print_diagnosis(const Context& context, const setup::Diagnosis& diagnosis) {
  for (const auto& browser : diagnosis.browsers) {
    context.out << plain(browser.title) << ": " << (browser.works() ? "works" : "DOES NOT WORK");
    if (!browser.manifest.empty()) context.out << "  (" << plain(browser.manifest.string()) << ")";
    context.out << '\n';
    for (const auto& finding : browser.findings) print_finding(context, finding);
  }
  context.out << "Library: " << plain(diagnosis.library.string()) << " (" << plain(diagnosis.library_source)
              << ")\n";
  for (const auto& finding : diagnosis.findings) print_finding(context, finding);
}

ordered_json findings_json(const std::vector<setup::Finding>& findings) {
  auto list = ordered_json::array();
  for (const auto& finding : findings)
    list.push_back({{"code", finding.code},
                    {"severity", setup::severity_name(finding.severity)},
                    {"file", finding.file.empty() ? ordered_json() : ordered_json(finding.file.string())},
                    {"message", finding.message},
                    {"next", finding.next},
                    {"fixable", finding.fixable}});
  return list;
}

ordered_json diagnosis_json(const setup::Diagnosis& diagnosis) {
  ordered_json document = {
      {"ok", diagnosis.works()},
      {"library", {{"path", diagnosis.library.string()}, {"source", diagnosis.library_source}}},
      {"findings", findings_json(diagnosis.findings)},
      {"items", ordered_json::array()}};
  for (const auto& browser : diagnosis.browsers)
    document["items"].push_back(
        {{"browser", browser.name},
         {"title", browser.title},
         {"ok", browser.works()},
         {"manifest", browser.manifest.empty() ? ordered_json() : ordered_json(browser.manifest.string())},
         {"host", browser.host.empty() ? ordered_json() : ordered_json(browser.host.string())},
         {"findings", findings_json(browser.findings)}});
  return document;
}

// Installs for the browsers of which a finding can be mended so. True when something was written.
Result<bool> fix(const Context& context, const setup::Diagnosis& diagnosis,
                 const setup::DoctorRequest& request, const setup::Table& table,
                 const setup::MachineConfig& config, const setup::MachinePaths& paths) {
  setup::InstallRequest install;
  install.host = request.host;
  for (const auto& browser : diagnosis.browsers)
    for (const auto& finding : browser.findings)
      if (finding.fixable) {
        install.browsers.push_back(browser.name);
        break;
      }
  if (install.browsers.empty()) return false;
  KL_ASSIGN(const auto steps, setup::install(install, table, config, paths));
  bool written = false;
  for (const auto& step : steps) {
    written = written || step.outcome == setup::Outcome::written;
    if (step.error) report_words(context, *step.error);
    if (step.outcome == setup::Outcome::written && !context.json)
      context.out << "written  " << plain(step.browser) << "  " << plain(step.manifest.string()) << '\n';
  }
  return written;
}

Result<int> run_doctor(const Context& context, const DoctorArguments& arguments) {
  KL_ASSIGN(const auto paths,
            setup::MachinePaths::from(context.environment, context.folder / arguments.root));
  KL_ASSIGN(const auto table, setup::browser_table(paths));
  setup::MachineConfig config;
  std::optional<setup::Finding> broken_config;
  if (auto loaded = setup::load_config(paths.config_file()))
    config = std::move(*loaded);
  else
    // The host refuses to start with it, so no browser works: said once, instead of by each browser.
    broken_config = setup::Finding{"config_broken",        setup::Severity::error, paths.config_file(),
                                   loaded.error().message, loaded.error().next,    false};
  setup::DoctorRequest request;
  request.browsers = arguments.browsers;
  KL_ASSIGN(request.host, setup::host_path(context.program));
  request.library =
      setup::choose_library(context.library_flag, context.environment, config, paths, context.folder);
  KL_ASSIGN(const auto scratch, setup::ScratchFolder::make());
  request.environment = setup::browser_environment(context.environment, paths, std::nullopt);
  request.scratch_environment = setup::browser_environment(context.environment, paths, scratch.path());

  KL_ASSIGN(auto diagnosis, setup::diagnose(request, table, config, paths));
  if (arguments.fix) {
    KL_ASSIGN(const auto changed, fix(context, diagnosis, request, table, config, paths));
    if (changed) {
      KL_ASSIGN(diagnosis, setup::diagnose(request, table, config, paths));
    }
  }
  if (broken_config) diagnosis.findings.insert(diagnosis.findings.begin(), *broken_config);
  if (context.json)
    context.out << diagnosis_json(diagnosis).dump(-1, ' ', false, ordered_json::error_handler_t::replace)
                << '\n';
  else
    print_diagnosis(context, diagnosis);
  if (diagnosis.works()) return kDone;
  context.err << "keepleaf: something is wrong with the way from the browser to the library\n"
                 "  next: do what stands above, or: keepleaf browser doctor --fix\n";
  return kFailed;
}

}  // namespace

void add_doctor(CLI::App& browser, Context& context, Action& chosen) {
  auto arguments = std::make_shared<DoctorArguments>();
  auto* doctor = command(browser, context, chosen, "doctor",
                         "Say what is wrong between a browser and the library, and how to mend it",
                         [&context, arguments] { return run_doctor(context, *arguments); });
  doctor
      ->add_option("--browser", arguments->browsers,
                   "Only this one; may be repeated (default: all that are found)")
      ->allow_extra_args(false)
      ->type_name("NAME");
  doctor->add_option("--root", arguments->root, "Prefix of system folders, for packagers")->type_name("DIR");
  doctor->add_flag("--fix", arguments->fix, "Write again what install would write");
}

}  // namespace keepleaf::cli
