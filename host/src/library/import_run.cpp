// Library::import_file: reads one file by its format and hands what it holds to the library, in batches of
// one transaction each.
#include <utility>

#include "base/unicode.h"
#include "library/import_archive.h"
#include "library/library.h"
#include "library/link_import.h"
#include "library/state.h"
#include "page/imports/import_format.h"

namespace keepleaf::library {
namespace {

// A transaction: others must not wait long for the lock, and notes may be long.
constexpr std::size_t kBatch = 500;            // links
constexpr std::size_t kBatchBytes = 16 << 20;  // of their texts

constexpr std::size_t kMostSubject = 1024;  // bytes of what a remark is about

void note_remark(std::vector<page::ImportRemark>& list, std::uint64_t& count, page::ImportRemark remark) {
  ++count;
  if (list.size() >= ImportReport::kMostRemarks) return;
  remark.subject = std::string(utf8_prefix(remark.subject, kMostSubject));
  list.push_back(std::move(remark));
}

// The first reading: nothing but whether it works, and how much there is.
class Survey final : public page::ImportSink {
 public:
  Status link(page::ImportedLink) override {
    ++records;
    return {};
  }
  void skip(page::ImportRemark) override {}
  void change(page::ImportRemark) override {}
  void lose(std::string_view, std::uint64_t) override {}

  std::uint64_t records = 0;
};

class Intake final : public page::ImportSink {
 public:
  Intake(Core& core, const ImportRequest& request, std::vector<TagPath> tags, std::uint64_t total,
         const ImportProgress& progress, ImportReport& report)
      : import_(core, request, std::move(tags)),
        request_(request),
        total_(total),
        progress_(progress),
        report_(report) {}

  Status link(page::ImportedLink link) override {
    waiting_bytes_ += link.url.size() + link.title.size() + link.note.size();
    waiting_.push_back(std::move(link));
    return waiting_.size() < kBatch && waiting_bytes_ < kBatchBytes ? Status{} : flush();
  }
  void skip(page::ImportRemark remark) override {
    note_remark(report_.skipped, report_.skipped_count, std::move(remark));
  }
  void change(page::ImportRemark remark) override {
    note_remark(report_.changed, report_.changed_count, std::move(remark));
  }
  void lose(std::string_view what, std::uint64_t count) override {
    if (count > 0) report_.lost[std::string(what)] += count;
  }

  // What waits goes into the library.
  Status flush() {
    if (waiting_.empty()) return {};
    KL_ASSIGN(const auto outcomes, import_.take(waiting_));
    for (std::size_t i = 0; i < outcomes.size(); ++i) count(waiting_[i], outcomes[i]);
    done_ += waiting_.size();
    waiting_.clear();
    waiting_bytes_ = 0;
    if (progress_) progress_(done_, total_);
    return {};
  }

 private:
  void count(const page::ImportedLink& link, const LinkImport::Outcome& outcome) {
    using Kind = LinkImport::Outcome::Kind;
    const bool refused = outcome.kind == Kind::refused;
    for (const auto& reason : outcome.reasons) {
      page::ImportRemark remark{link.line, link.url, reason};
      refused ? skip(std::move(remark)) : change(std::move(remark));
    }
    if (refused) return;
    ++(outcome.kind == Kind::added     ? report_.links_new
       : outcome.kind == Kind::updated ? report_.links_updated
                                       : report_.links_known);
    report_.tags += outcome.tags;
    report_.notes += outcome.note ? 1 : 0;
    report_.jobs += outcome.job ? 1 : 0;
    if (!request_.states_as_tags)
      for (const auto state : link.states) lose("state: " + std::string(page::link_state_name(state)), 1);
  }

  LinkImport import_;
  const ImportRequest& request_;
  std::uint64_t total_;
  const ImportProgress& progress_;
  ImportReport& report_;
  std::vector<page::ImportedLink> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t done_ = 0;
};

Status run(Core& core, capture::CaptureSink& sink, const ImportRequest& request,
           const ImportProgress& progress, ImportReport& report) {
  if (!request.dry_run) KL_TRY(core.writable());
  KL_ASSIGN(auto tags, check_tags(request.tags));
  KL_ASSIGN(const auto file, page::ImportFile::open(request.path, request.encoding));
  const auto chosen = page::choose_format(file, request.format);
  if (!chosen) {
    // What is no list of links may be an archive of pages.
    KL_ASSIGN(const bool pages, is_archive(request));
    if (!pages) return fail(chosen.error());
    import_archive(core, sink, request, progress, report);
    return {};
  }
  const page::ImportFormat* format = *chosen;
  report.format = format->name;
  Survey survey;
  if (format->reading == page::Reading::twice) KL_TRY(format->read(file, survey));
  Intake intake(core, request, std::move(tags), survey.records, progress, report);
  const auto read = format->read(file, intake);
  // What came before the place where it broke is whole, and kept.
  KL_TRY(intake.flush());
  return read;
}

}  // namespace

ImportReport Library::import_file(const ImportRequest& request, const ImportProgress& progress) {
  ImportReport report;
  if (auto done = run(*state_->core, state_->desk, request, progress, report); !done) {
    report.error = std::move(done).error();
    report.error->message = request.path.string() + ": " + report.error->message;
    const auto kept = report.links_new + report.links_updated;
    if (request.dry_run || kept == 0) {
      report.error->kept = "nothing was imported";
    } else {
      report.error->kept = std::to_string(kept) + " links that were read before";
    }
  }
  return report;
}

}  // namespace keepleaf::library
