// Importing archives: whatever holds whole pages becomes snapshots, each of the link that it was saved from,
// with the time at which it was saved. Safe to repeat: the same page is the same snapshot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/saved.h"
#include "capture/sink.h"

namespace keepleaf::archive {

// The family by the file's content (and, for HTML, its name), or nothing: it is no archive. Errors:
// not_found, read_only, io.
enum class Family : std::uint8_t { html, folder, zip, mhtml, warc };
Result<std::optional<Family>> recognise(const std::filesystem::path& path);

// Errors: unsupported (not one that recognise() knows, or no page in it), corrupt, too_large, io.
Result<SavedArchive> open_archive(const std::filesystem::path& path);

enum class PageState : std::uint8_t {
  imported,  // with dry_run: would be
  known,     // the library has this very snapshot
  failed,
};

struct PageOutcome {
  std::string url;
  std::string title;
  UnixMs taken_at = 0;
  PageState state = PageState::failed;
  std::optional<Uuid> snapshot{};
  bool new_link = false;
  std::uint32_t missing = 0;  // parts that the archive does not hold or that can't be read
  std::optional<Error> error{};
};

struct ImportOptions {
  bool dry_run = false;
  std::vector<std::string> tags;
  // Whether the library has a snapshot of that id.
  std::function<Result<bool>(const Uuid&)> has_snapshot;
  // After each page: how many of how many.
  std::function<void(std::uint64_t, std::uint64_t)> on_progress{};
};

// Page by page; one that can't be imported leaves the others be. Errors: those of open_archive(); those of
// the sink that concern everything (no_space, read_only, busy, io).
struct ImportResult {
  std::string format;  // empty when the archive could not be opened
  std::vector<PageOutcome> pages;
  std::optional<Error> error{};  // what ended it; `pages` tells what came in before
};
ImportResult import_archive(const std::filesystem::path& path, capture::CaptureSink& sink,
                            const ImportOptions& options);

}  // namespace keepleaf::archive
