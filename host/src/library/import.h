// What an import takes and tells. Plain data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "page/imports/imported.h"

namespace keepleaf::library {

struct ImportRequest {
  std::filesystem::path path;     // a file or a folder
  std::string format;             // page/imports/import_format.h; empty: told by the content
  std::string encoding;           // of text that does not name its own; empty: UTF-8
  std::vector<std::string> tags;  // for every link
  bool states_as_tags = false;    // unread, archived, favourite, shared become tags; else they are lost
  bool dry_run = false;           // change nothing, tell what would be
  bool snapshot = false;          // queue a job for each link that has no snapshot and no job waiting
};

enum class ImportedPageState : std::uint8_t {
  imported,  // with dry_run: would be
  known,     // the library has this very snapshot
  failed,
};
// A page of an archive.
struct ImportedPage {
  std::string url;
  std::string title;  // empty in a dry run where only the document itself says it
  UnixMs taken_at = 0;
  ImportedPageState state = ImportedPageState::failed;
  std::optional<Uuid> snapshot{};
  std::uint32_t missing = 0;  // parts that the archive does not hold or that can't be read
  std::optional<Error> error{};
};

// With dry_run: what would have been.
struct ImportReport {
  std::string format;               // empty when it could not be told
  std::uint64_t links_new = 0;      // were not in the library
  std::uint64_t links_updated = 0;  // were, and got a title, a note, tags or an earlier date
  std::uint64_t links_known = 0;    // were, and hold all of it already
  std::uint64_t tags = 0;           // put on links
  std::uint64_t notes = 0;          // put on links, or added to theirs
  std::uint64_t jobs = 0;
  // Of archives: snapshots that came in, and those that were there.
  std::uint64_t pages_new = 0;
  std::uint64_t pages_known = 0;
  std::uint64_t parts_missing = 0;
  std::vector<ImportedPage> pages;  // the first kMostRemarks
  // The first kMostRemarks of each, and how many there are.
  std::vector<page::ImportRemark> skipped;  // records that were not taken
  std::uint64_t skipped_count = 0;
  std::vector<page::ImportRemark> changed;  // records that were taken, but not as they are
  std::uint64_t changed_count = 0;
  std::map<std::string, std::uint64_t, std::less<>> lost;  // what there is no place for, by its name
  // What ended it; the counts then tell what was kept. The message begins with the path.
  std::optional<Error> error;

  static constexpr std::size_t kMostRemarks = 1000;
};

// How many records were taken of how many; `total` is 0 while that is not known.
using ImportProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

}  // namespace keepleaf::library
