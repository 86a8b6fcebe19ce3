#include "cli/progress_lines.h"

#include <algorithm>

#include "cli/print.h"

namespace keepleaf::cli {
namespace {

constexpr std::size_t kMostLines = 8;  // more pages at once than this are only counted
constexpr std::uint32_t kCells = 20;

std::string bar(std::uint32_t part, std::uint32_t whole) {
  const std::uint32_t full = whole == 0 ? 0 : std::min(part, whole) * kCells / whole;
  std::string text = "[";
  text.append(full, '#');
  text.append(kCells - full, '.');
  return text + "]";
}

}  // namespace

ProgressLines::ProgressLines(const Context& context, std::size_t jobs)
    : context_(context), shown_at_all_(context.progress && !context.json), jobs_(jobs) {}

ProgressLines::~ProgressLines() {
  clear();
  if (shown_at_all_) context_.err << std::flush;
}

void ProgressLines::show(const library::Job& job) {
  if (!shown_at_all_) return;
  std::erase_if(running_, [&](const library::Job& other) { return other.id == job.id; });
  switch (job.state) {
    case library::JobState::running:
      running_.push_back(job);
      break;
    case library::JobState::queued:
      if (job.error) running_.push_back(job);  // it waits for another try
      break;
    case library::JobState::done:
      ++done_;
      break;
    case library::JobState::failed:
    case library::JobState::cancelled:
      ++failed_;
      break;
  }
  clear();
  draw();
}

void ProgressLines::clear() {
  if (lines_ == 0) return;
  context_.err << "\r\x1b[K";
  for (; lines_ > 1; --lines_) context_.err << "\x1b[1A\x1b[K";
  lines_ = 0;
}

void ProgressLines::draw() {
  const std::size_t width = context_.width.value_or(80) - 1;
  for (std::size_t i = 0; i < std::min(running_.size(), kMostLines); ++i) {
    const library::Job& job = running_[i];
    const bool waits = job.state == library::JobState::queued;
    std::string text = bar(job.progress, 1000) + (waits ? " waiting  " : " fetching ") + job.url;
    if (waits || job.attempts > 1) text += "  (try " + std::to_string(job.attempts) + ")";
    context_.err << fitted(text, width) << "\r\n";
    ++lines_;
  }
  std::string counts = bar(static_cast<std::uint32_t>(done_ + failed_), static_cast<std::uint32_t>(jobs_)) +
                       " " + std::to_string(done_) + " of " + std::to_string(jobs_) + " done";
  if (failed_ > 0) counts += ", " + std::to_string(failed_) + " failed";
  context_.err << fitted(counts, width) << std::flush;
  ++lines_;
}

}  // namespace keepleaf::cli
