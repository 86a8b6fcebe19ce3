// What every command is given: where it prints, whose files it may use, and how it reaches a library. Tests
// make their own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "library/library.h"
#include "protocol/handler.h"
#include "setup/machine_config.h"
#include "setup/paths.h"

namespace keepleaf::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

struct Context {
  std::ostream& out;
  std::ostream& err;
  setup::Environment environment;
  setup::MachinePaths paths;
  std::filesystem::path folder;   // the working folder
  std::filesystem::path program;  // this binary, symbolic links resolved

  std::string library_flag;  // --library
  bool json = false;         // --json: one document on `out` and nothing else
  std::optional<std::size_t>
      width;              // columns of the terminal that `out` is; none: not a terminal, nothing is cut
  bool progress = false;  // `err` is a terminal

  // The ways out of this process, over the chosen library. Replaced in tests.
  // Answers requests.
  std::function<Result<std::unique_ptr<protocol::Handler>>(const Context&)> make_handler;
  // A whole self-contained document: too large for a reply, and nobody's screen needs it.
  std::function<Result<library::Document>(const Context&, const Uuid& snapshot)> read_document;
  // Sees to it that a worker runs, and waits until all these jobs have ended; told of every change on the
  // way, the last one included.
  using JobWatcher = std::function<void(const library::Job&)>;
  std::function<Status(const Context&, const std::vector<Uuid>& jobs, const JobWatcher&)> wait_for_jobs;
  // A file on this machine into the library; what went wrong stands in the report.
  std::function<library::ImportReport(const Context&, const library::ImportRequest&,
                                      const library::ImportProgress&)>
      import_file{};
  // Links as one list, in pieces; of the whole library when there are no ids.
  std::function<Status(const Context&, page::LinkFormat, const std::optional<std::vector<Uuid>>& ids,
                       const library::Library::TextTaker&)>
      write_links{};
  // What there is to read in a snapshot.
  std::function<Result<library::Document>(const Context&, const Uuid& snapshot, library::Reading)>
      read_text{};
  // Snapshots as a file that other programs read, which must not exist yet.
  std::function<Status(const Context&, const std::vector<Uuid>& snapshots, library::ArchiveFormat format,
                       const std::filesystem::path& path)>
      write_archive{};
  // Sees to it that a worker runs, and does not wait.
  std::function<Status(const Context&)> start_worker{};
};

// The library that --library, the environment, config.json or the default names. Errors: those of
// load_config.
Result<setup::LibraryChoice> chosen_library(const Context& context);

}  // namespace keepleaf::cli
