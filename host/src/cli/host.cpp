#include "cli/host.h"

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/host_mode.h"
#include "cli/print.h"
#include "router/router.h"
#include "wire/serve.h"
#include "worker/worker.h"

namespace keepleaf::cli {

std::unique_ptr<protocol::Handler> open_router(const Context& context, const std::filesystem::path& folder,
                                               router::Door door) {
  router::RouterOptions options;
  options.library.folder = folder;
  options.library.state = context.paths.state;
  options.library.allow_read_only = true;
  options.door = door;
  options.host_version = version();
  // A worker that can't be started is no reason to refuse what was asked: the job is kept for the next one,
  // and `add`, which waits for it, says so itself.
  options.on_work_due = [program = context.program, folder] {
    static_cast<void>(worker::start_detached(program, folder));
  };
  return std::make_unique<router::Router>(std::move(options));
}

int run_host(const Context& context, const std::vector<std::string>& arguments, const setup::Table& table,
             const setup::MachineConfig& config) {
  if (const auto caller = verify_caller(arguments, table, config); !caller)
    return report(context, caller.error());
  const auto library = setup::choose_library("", context.environment, config, context.paths, context.folder);
  wire::ServeOptions options;
  options.make_handler = [&] { return open_router(context, library.folder, router::Door::native_port); };
  return wire::serve_host(std::move(options));
}

void add_host(CLI::App& app, Context& context, Action& chosen) {
  // Here for `host --help`: with anything else behind it the program never comes here (cli/host_mode.h).
  auto* host = command(app, context, chosen, "host", "What browsers start: speaks frames on stdin and stdout",
                       []() -> Result<int> { return fail(verify_caller({}, {}, {}).error()); });
  host->footer("A browser passes its extension's id as arguments; any other caller is refused.");
}

}  // namespace keepleaf::cli
