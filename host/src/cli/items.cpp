#include "cli/items.h"

#include "cli/condition_words.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

void line(const Context& context, const std::string& text) {
  context.out << (context.width ? fitted(text, *context.width) : plain(text)) << '\n';
}

}  // namespace

std::string job_words(const protocol::LinkJob& job) {
  if (job.state == "running") return "fetching, " + std::to_string(job.progress / 10) + " %";
  if (job.state == "queued")
    return job.error ? "waiting for another try: " + job.error->message : "waiting to be fetched";
  std::string words = "no new snapshot";
  if (job.error) words += ": " + job.error->message;
  return words + "  (keepleaf job retry " + job.id.str() + ")";
}

std::string tags_line(const std::vector<std::string>& tags) {
  std::string text;
  for (const auto& tag : tags) text += (text.empty() ? "#" : "  #") + tag;
  return text;
}

void print_item(const Context& context, const protocol::LinkItem& item) {
  line(context, item.title.empty() ? item.url : item.title);
  if (!item.title.empty()) line(context, "  " + item.url);
  std::string kept =
      item.snapshots.empty() ? std::string("no snapshot yet") : human_time(item.snapshots.front().taken_at);
  if (item.snapshot_count > 1) kept += ", " + counted(item.snapshot_count, "snapshot", "snapshots");
  if (!item.snapshots.empty() && item.snapshots.front().state == "partial") kept += ", parts are missing";
  if (item.trashed_at) kept += ", in the trash since " + human_time(*item.trashed_at);
  line(context, "  " + item.id.str() + "  " + kept);
  if (item.job) line(context, "  " + job_words(*item.job));
  if (item.condition && item.condition->state != "ok") {
    line(context, "  " + condition_words(*item.condition));
    // Whole, however narrow the terminal is: it is there to be followed.
    if (const auto address = archive_address(*item.condition, item.url); !address.empty())
      context.out << "  perhaps at " << plain(address) << '\n';
  }
  if (!item.tags.empty()) line(context, "  " + tags_line(item.tags));
  if (!item.note.empty()) line(context, "  " + item.note);
}

void print_more(const Context& context, std::size_t shown, std::uint64_t total, const std::string& what,
                const std::optional<std::string>& next) {
  if (next)
    context.err << shown << " of " << total << " " << what << "; go on with --after " << *next << '\n';
}

}  // namespace keepleaf::cli
