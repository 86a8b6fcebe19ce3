// Any bytes as an archive of one family: whatever comes of it, it ends, takes no more than its limits, leaves
// nothing staged, and what was committed is whole.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "archive/import.h"
#include "support/memory_sink.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

inline void import_bytes(const std::uint8_t* data, std::size_t size, const std::string& name) {
  static const TempDir folder;
  const auto path = folder / name;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  MemorySink sink;
  archive::ImportOptions options;
  options.has_snapshot = [](const Uuid&) -> Result<bool> { return false; };
  const auto result = archive::import_archive(path, sink, options);
  for (const auto& [id, capture] : sink.captures) {
    if (capture.committed) continue;
    std::fprintf(stderr, "a capture was neither committed nor aborted\n");
    std::abort();
  }
  for (const auto& page : result.pages) {
    if ((page.state == archive::PageState::failed) == page.error.has_value()) continue;
    std::fprintf(stderr, "a page failed without a reason, or has one and did not fail\n");
    std::abort();
  }
}

}  // namespace keepleaf::test
