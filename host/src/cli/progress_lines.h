// What runs, on a terminal: one line for each page that is fetched, and one with the counts, written over as
// things change. Writes nothing at all when the errors' stream is no terminal, or with --json.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/context.h"

namespace keepleaf::cli {

class ProgressLines {
 public:
  ProgressLines(const Context& context, std::size_t jobs);
  ~ProgressLines();  // leaves an empty line where they were
  ProgressLines(const ProgressLines&) = delete;
  ProgressLines& operator=(const ProgressLines&) = delete;

  void show(const library::Job& job);

 private:
  void clear();
  void draw();

  const Context& context_;
  const bool shown_at_all_;
  const std::size_t jobs_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  std::vector<library::Job> running_;
  std::size_t lines_ = 0;  // on the screen
};

}  // namespace keepleaf::cli
