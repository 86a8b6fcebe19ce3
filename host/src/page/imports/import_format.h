// The formats that can be imported, and how a file's own is told by its content.
//
// To add a format: write recognises() and read() in files of their own, and put a row into the table of
// import_formats.cpp, the stricter one first. A format of archives that carry pages (MHTML, WARC …) is a row
// like any other: its read() may ask the ImportFile for any bytes (or walk its folder), and hands over what
// it finds by a method that it adds to ImportSink beside link(); library/import_run.cpp implements the sink,
// and puts pages into the library through Library::captures().
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "page/imports/import_file.h"
#include "page/imports/import_sink.h"

namespace keepleaf::page {

// The beginning of a file, as formats look at it.
struct ImportProbe {
  const ImportFile& file;
  std::string bytes;                          // the first 64 KiB, raw
  std::string text;                           // the same in UTF-8; empty when it is no text
  std::optional<Error> text_error{};          // why it ends early, if it does
  std::set<std::string, std::less<>> json{};  // of JSON: where it has values (json_reader.h, json_paths)
};
inline constexpr std::size_t kProbeBytes = 64 << 10;
Result<ImportProbe> probe(const ImportFile& file);

enum class Reading : std::uint8_t {
  twice,  // first to see that it is whole and well formed: a broken file then changes nothing
  once,   // too large for that; what was read before it broke is kept, and said
};

struct ImportFormat {
  std::string_view name;   // of --format and of reports: never changes
  std::string_view title;  // for people
  Reading reading = Reading::twice;
  bool (*recognises)(const ImportProbe& probe) = nullptr;
  // Errors: bad_request (not this format; the message begins with the line where that is known), too_large,
  // io, and what the sink gave.
  Status (*read)(const ImportFile& file, ImportSink& sink) = nullptr;
};

const std::vector<ImportFormat>& import_formats();
// By its name, or by the file's content when `name` is empty. Errors: bad_request (no such name), unsupported
// (the content is none of them), io.
Result<const ImportFormat*> choose_format(const ImportFile& file, std::string_view name);

}  // namespace keepleaf::page
