#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include "base/os/process.h"
#include "base/os/terminal.h"
#include "cli/commands.h"
#include "cli/connect.h"
#include "cli/host.h"
#include "cli/host_mode.h"
#include "cli/print.h"

namespace keepleaf::cli {

const char* version() { return KEEPLEAF_VERSION; }

Result<setup::LibraryChoice> chosen_library(const Context& context) {
  // A broken config.json must not stop somebody who says which library is meant.
  if (!context.library_flag.empty() || context.environment("KEEPLEAF_LIBRARY"))
    return setup::choose_library(context.library_flag, context.environment, {}, context.paths,
                                 context.folder);
  KL_ASSIGN(const auto config, setup::load_config(context.paths.config_file()));
  return setup::choose_library("", context.environment, config, context.paths, context.folder);
}

int run_command(const std::vector<std::string>& arguments, Context& context) {
  CLI::App app("Keepleaf: a link you saved is a page you keep", "keepleaf");
  app.set_version_flag("--version", std::string("keepleaf ") + version(), "Print the version and leave");
  app.set_help_flag("-h,--help", "Print this and leave; after a command: its own options");
  app.add_option("--library", context.library_flag, "The library's folder, for this once")->type_name("DIR");
  app.add_flag("--json", context.json, "Print one JSON document (docs/cli.md) and nothing else");
  app.require_subcommand(1);

  Action chosen;
  add_commands(app, context, chosen);

  // CLI11 takes the arguments from the back.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked, context.out, context.err);
    return kDone;
  } catch (const CLI::ParseError& error) {
    // Of an unknown command CLI11 only says that one is required.
    const CLI::App* at = &app;
    std::string path = "keepleaf";
    while (!at->get_subcommands().empty()) {
      at = at->get_subcommands().front();
      path += " " + at->get_name();
    }
    const auto rest = app.remaining(true);  // of all levels: commands pass on what they don't know
    const bool unknown = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !rest.empty() &&
                         !rest.front().starts_with("-") &&
                         !at->get_subcommands([](const CLI::App*) { return true; }).empty();
    context.err << "keepleaf: "
                << plain(unknown ? "there is no command \"" + rest.front() + "\" here"
                                 : std::string(error.what()))
                << '\n';
    context.err << "  next: " << path << " --help\n";
    return kUsage;
  }
  return chosen ? chosen() : kUsage;
}

int run(const std::vector<std::string>& argv, std::ostream& out, std::ostream& err) {
  Context context{out, err, setup::process_environment(), {}, {}, {}, {}, false, {}, false, {}, {}, {}};
  auto paths = setup::MachinePaths::from(context.environment);
  if (!paths) return report(context, paths.error());
  context.paths = std::move(*paths);
  std::error_code no_folder;  // the working folder was removed: relative paths then count from the root
  context.folder = std::filesystem::current_path(no_folder);
  if (no_folder) context.folder = "/";
  auto program = os::own_program();
  if (!program) return report(context, program.error());
  context.program = std::move(*program);

  auto table = setup::browser_table(context.paths);
  if (!table) return report(context, table.error());
  auto config = setup::load_config(context.paths.config_file());
  if (const auto arguments = host_arguments(argv, *table, config ? *config : setup::MachineConfig{})) {
    if (!config) return report(context, config.error());
    return run_host(context, *arguments, *table, *config);
  }

  if (os::is_terminal(os::Stream::out)) context.width = os::terminal_width(os::Stream::out);
  context.progress = os::is_terminal(os::Stream::err);
  connect(context);
  return run_command({argv.begin() + (argv.empty() ? 0 : 1), argv.end()}, context);
}

}  // namespace keepleaf::cli
