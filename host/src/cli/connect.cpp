#include "cli/connect.h"

#include "cli/host.h"
#include "library/library.h"
#include "worker/wait.h"
#include "worker/worker.h"

namespace keepleaf::cli {
namespace {

Result<std::unique_ptr<library::Library>> open_library(const Context& context) {
  KL_ASSIGN(const auto choice, chosen_library(context));
  library::OpenOptions options;
  options.folder = choice.folder;
  options.state = context.paths.state;
  options.allow_read_only = true;
  return library::Library::open(options);
}

Status wait_for_jobs(const Context& context, const std::vector<Uuid>& jobs,
                     const Context::JobWatcher& watcher) {
  KL_ASSIGN(const auto library, open_library(context));
  worker::WaitOptions options;
  options.on_change = watcher;
  options.ensure_worker = [&] { return worker::start_detached(context.program, library->folder()); };
  return worker::wait_for_jobs(*library, jobs, options);
}

}  // namespace

void connect(Context& context) {
  context.make_handler = [](const Context& now) -> Result<std::unique_ptr<protocol::Handler>> {
    KL_ASSIGN(const auto choice, chosen_library(now));
    return open_router(now, choice.folder, router::Door::command_line);
  };
  context.read_document = [](const Context& now, const Uuid& snapshot) -> Result<library::Document> {
    KL_ASSIGN(const auto library, open_library(now));
    return library->document(snapshot);
  };
  context.wait_for_jobs = wait_for_jobs;
}

}  // namespace keepleaf::cli
