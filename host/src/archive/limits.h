// What an archive may ask of us before it is refused: archives come from anywhere. Bytes unless said
// otherwise. docs/imports.md, "Limits of archives", gives the reasons; each is tested at limit and limit + 1.
#pragma once

#include <cstdint>

namespace keepleaf::archive {

struct Limits {
  std::uint64_t entries = 200'000;         // files of a ZIP, parts of an MHTML, files of a folder
  std::uint64_t records = 1'000'000;       // of a WARC
  std::uint64_t unpacked = 64ULL << 30;    // of everything in one archive
  std::uint64_t ratio = 200;               // unpacked to packed, where more than `ratio_free` comes out
  std::uint64_t ratio_free = 64ULL << 20;  // deflate reaches 1000 : 1 on small harmless files
  std::uint64_t part = 2ULL << 30;         // of one resource (limits.part of docs/protocol.md)
  std::uint64_t document = 64ULL << 20;    // of one document or style sheet, which are held in memory
  std::uint64_t name = 4096;               // of a stored name
  std::uint64_t head = 1ULL << 20;         // of the headers of a record, a response or a MIME part
  std::uint32_t multipart_depth = 8;       // multipart in multipart
  std::uint32_t frame_depth = 8;           // frames in frames, imports in imports
  std::uint32_t encodings = 4;             // content encodings on top of each other
  std::uint32_t redirects = 20;
  std::uint32_t parts = 20'000;   // of one page
  std::uint32_t pages = 100'000;  // of one archive
};

inline constexpr Limits kLimits{};

}  // namespace keepleaf::archive
