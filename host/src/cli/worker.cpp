#include "worker/worker.h"

#include "cli/commands.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

const char* ending_name(worker::Ending ending) {
  switch (ending) {
    case worker::Ending::idle:
      return "idle";
    case worker::Ending::stopped:
      return "stopped";
    case worker::Ending::already_running:
      return "already_running";
  }
  return "";
}

Result<int> run_worker(const Context& context, std::uint32_t idle_seconds) {
  KL_ASSIGN(const auto choice, chosen_library(context));
  // The machine's settings say what may be fetched, whichever library is meant.
  KL_ASSIGN(const auto config, setup::load_config(context.paths.config_file()));
  worker::WorkerOptions options;
  options.library.folder = choice.folder;
  options.library.state = context.paths.state;
  options.idle = std::chrono::seconds(idle_seconds);
  options.allowed_hosts = config.allowed_hosts;
  options.browser.program = config.browser;
  options.browser.account = config.browser_account;
  options.parallel = config.parallel_jobs;
  options.host_pause = std::chrono::milliseconds(config.host_pause_ms);
  KL_ASSIGN(const auto ending, worker::run(options));
  if (context.json)
    context.out << "{\"ending\":\"" << ending_name(ending) << "\"}\n";
  else if (ending == worker::Ending::already_running)
    context.err << "Another worker is running for this library.\n";
  return kDone;
}

}  // namespace

void add_worker(CLI::App& app, Context& context, Action& chosen) {
  auto idle = std::make_shared<std::uint32_t>(60);
  auto* added = command(app, context, chosen, "worker", "Run queued jobs until there are none for a minute",
                        [&context, idle] { return run_worker(context, *idle); });
  added->add_option("--idle", *idle, "Leave after so many seconds without work (60)")
      ->check(CLI::Range(0, 86400));
}

}  // namespace keepleaf::cli
