// The limits of docs/protocol.md, "Limits". Sent in hello; each is tested at the limit and one above.
#pragma once

#include <cstdint>

namespace keepleaf::protocol {

struct Limits {
  std::uint64_t frame_in = 8ULL << 20;  // bytes of one frame to the host
  std::uint64_t chunk = 384ULL << 10;   // raw bytes of one capture.chunk
  std::uint64_t window = 4ULL << 20;    // raw bytes sent and not yet acknowledged as received
  std::uint64_t reply = 256ULL << 10;   // bytes of one frame from the host
  std::uint64_t part = 2ULL << 30;      // raw bytes of one upload
  std::uint64_t capture = 4ULL << 30;   // raw bytes of all uploads of one capture
  std::uint64_t parts = 20'000;         // parts of one capture
  std::uint64_t parts_batch = 500;      // parts of one capture.parts
  std::uint64_t have_batch = 1'000;     // digests of one capture.have
  std::uint64_t url = 64ULL << 10;      // bytes of a URL
  std::uint64_t title = 4ULL << 10;     // bytes of a title
  std::uint64_t note = 1ULL << 20;      // bytes of a note
  std::uint64_t tag = 512;              // bytes of a tag path
  std::uint64_t tag_depth = 16;         // levels of a tag path
  std::uint64_t tags_per_link = 500;
  std::uint64_t text = 16ULL << 20;    // bytes of text indexed a snapshot; more is kept, and not found
  std::uint64_t page_items = 200;      // items of one list, search or tag page
  std::uint64_t read = 180ULL << 10;   // raw bytes of one snapshot.read or snapshot.picture
  std::uint64_t picture = 4ULL << 20;  // raw bytes of a picture of what was seen
};

inline constexpr Limits kLimits{};

}  // namespace keepleaf::protocol
