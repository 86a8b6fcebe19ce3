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
  context.write_archive = [](const Context& now, const std::vector<Uuid>& snapshots,
                             library::ArchiveFormat format, const std::filesystem::path& path) -> Status {
    KL_ASSIGN(const auto library, open_library(now));
    return library->export_archive(snapshots, format, path);
  };
  context.import_file = [](const Context& now, const library::ImportRequest& request,
                           const library::ImportProgress& progress) -> library::ImportReport {
    const auto library = open_library(now);
    if (library) return (*library)->import_file(request, progress);
    library::ImportReport report;
    report.error = library.error();
    return report;
  };
  context.write_links = [](const Context& now, page::LinkFormat format,
                           const std::optional<std::vector<Uuid>>& ids,
                           const library::Library::TextTaker& take) -> Status {
    KL_ASSIGN(const auto library, open_library(now));
    return library->write_links(format, ids, take);
  };
  context.read_text = [](const Context& now, const Uuid& snapshot,
                         library::Reading form) -> Result<library::Document> {
    KL_ASSIGN(const auto library, open_library(now));
    return library->reading(snapshot, form);
  };
  context.start_worker = [](const Context& now) -> Status {
    KL_ASSIGN(const auto choice, chosen_library(now));
    return worker::start_detached(now.program, choice.folder);
  };
}

}  // namespace keepleaf::cli
