// The limits of docs/protocol.md that concern data, held here as well, so that no producer (command line,
// worker, import) can store what another door could not take. A contract test compares them with
// protocol/limits.h.
#pragma once

#include <cstdint>

namespace keepleaf::library {

struct Limits {
  std::uint64_t part = 2ULL << 30;     // raw bytes of an upload
  std::uint64_t capture = 4ULL << 30;  // raw bytes of all uploads of a capture
  std::uint64_t parts = 20'000;        // parts of a capture
  std::uint64_t have_batch = 1'000;    // digests of one question
  std::uint64_t url = 64ULL << 10;     // bytes of a URL
  std::uint64_t title = 4ULL << 10;    // bytes of a title
  std::uint64_t note = 1ULL << 20;     // bytes of a note
  std::uint64_t tag = 512;             // bytes of a tag path
  std::uint64_t tag_depth = 16;        // levels of a tag path
  std::uint64_t tags_per_link = 500;
  std::uint64_t text = 16ULL << 20;    // bytes of text indexed a snapshot
  std::uint64_t page_items = 200;      // items of one page of anything
  std::uint64_t picture = 4ULL << 20;  // bytes of a picture of what was seen
};

inline constexpr Limits kLimits{};

// A time that is later than now by no more than this is no mistake: clocks differ. Milliseconds.
inline constexpr std::int64_t kClocksDiffer = 86'400'000;

}  // namespace keepleaf::library
