#include "library/import_archive.h"

#include <array>
#include <utility>

#include "archive/import.h"
#include "library/capture_check.h"

namespace keepleaf::library {
namespace {

using archive::Family;

constexpr std::array<std::pair<std::string_view, Family>, 5> kFamilies = {{{"html", Family::html},
                                                                           {"folder", Family::folder},
                                                                           {"zip", Family::zip},
                                                                           {"mhtml", Family::mhtml},
                                                                           {"warc", Family::warc}}};

ImportedPageState state_of(archive::PageState state) {
  switch (state) {
    case archive::PageState::imported:
      return ImportedPageState::imported;
    case archive::PageState::known:
      return ImportedPageState::known;
    case archive::PageState::failed:
      break;
  }
  return ImportedPageState::failed;
}

}  // namespace

Result<bool> is_archive(const ImportRequest& request) {
  KL_ASSIGN(const auto family, archive::recognise(request.path));
  if (request.format.empty()) return family.has_value();
  for (const auto& [name, wanted] : kFamilies) {
    if (request.format != name) continue;
    if (family == wanted) return true;
    return fail(ErrorCode::bad_request, "its content is not what --format says", "nothing was imported",
                "leave --format out: the content tells");
  }
  return false;
}

void import_archive(Core& core, capture::CaptureSink& sink, const ImportRequest& request,
                    const ImportProgress& progress, ImportReport& report) {
  archive::ImportOptions options;
  options.dry_run = request.dry_run;
  options.tags = request.tags;
  options.on_progress = progress;
  options.has_snapshot = [&core](const Uuid& id) {
    return core.view("look for a snapshot",
                     [&] { return Result<bool>(core.snapshots.find(id).has_value()); });
  };
  archive::ImportResult result = archive::import_archive(request.path, sink, options);
  report.format = result.format;
  for (archive::PageOutcome& page : result.pages) {
    if (page.state == archive::PageState::failed) {
      ++report.skipped_count;
      if (report.skipped.size() < ImportReport::kMostRemarks)
        report.skipped.push_back({0, page.url, page.error ? page.error->message : std::string()});
    } else if (page.state == archive::PageState::known) {
      ++report.pages_known;
    } else {
      ++report.pages_new;
      report.links_new += page.new_link ? 1 : 0;
    }
    report.parts_missing += page.missing;
    if (report.pages.size() >= ImportReport::kMostRemarks) continue;
    report.pages.push_back({std::move(page.url), std::move(page.title), page.taken_at, state_of(page.state),
                            page.snapshot, page.missing, std::move(page.error)});
  }
  if (!result.error) return;
  report.error = std::move(result.error);
  const bool changed = report.pages_new > 0 && !request.dry_run;
  report.error->kept =
      changed ? std::to_string(report.pages_new) + " pages that came before" : "nothing was imported";
}

}  // namespace keepleaf::library
