// JsonReader: the records of a JSON file of any size, one at a time. What is not a record is never held.
//
// Places are written as paths: ".bookmarks[].content.url" is the member "url" of the member "content" of each
// element of the array "bookmarks" of the root.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "page/imports/import_sink.h"
#include "page/imports/text_source.h"

namespace keepleaf::page {

struct JsonRecords {
  std::vector<std::string> records;  // paths of the objects that are wanted, as ".bookmarks[]"
  std::vector<std::string> leave{};  // names of members of records that are not needed, whatever their size
};

using TakeJson = std::function<Status(const nlohmann::json& record, std::uint64_t line)>;

// Reads all of one JSON text. An element at a record's path that is no object is skipped, and said. Errors:
// bad_request (no JSON, or it ends early: with the line), too_large (one value of 16 MiB, a record of
// 64 MiB), those of the source and of `take`.
Status read_json(TextSource& source, const JsonRecords& wanted, ImportSink& sink, const TakeJson& take);

// The same of a file, whose replaced bytes are told.
Status read_json_file(const ImportFile& file, const JsonRecords& wanted, ImportSink& sink,
                      const TakeJson& take);

// Where a text that begins as JSON has values, as far as it goes; empty when it does not.
std::set<std::string, std::less<>> json_paths(std::string_view text);

// ---- members of a record; nothing when they are absent, null or of another type

const nlohmann::json* member(const nlohmann::json& object, std::string_view name);
std::string text_of(const nlohmann::json& object, std::string_view name);
// true, 1, "1" and "true"
bool flag_of(const nlohmann::json& object, std::string_view name);
// A text or a number (clean.h, any_time).
std::optional<UnixMs> time_of(const nlohmann::json& object, std::string_view name);
// A list of texts, or of objects with a text under `key`; as tag paths that may hold several levels.
std::vector<std::string> tags_of(const nlohmann::json& object, std::string_view name,
                                 std::string_view key = {});

}  // namespace keepleaf::page
