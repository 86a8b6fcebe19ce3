#include "page/imports/record_lines.h"

#include "page/chars.h"
#include "page/imports/clean.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {
namespace {

using nlohmann::json;

// A note may have 1 MiB, and each of its bytes six in JSON.
constexpr std::size_t kMaxLine = 16 << 20;

Status check_header(const json& header) {
  const json* version = member(header, "version");
  if (text_of(header, "keepleaf") != "library" || !version || !version->is_number_integer())
    return fail(ErrorCode::bad_request, "line 1: it is not the header of Keepleaf's JSON Lines");
  if (version->get<std::int64_t>() <= kRecordLinesVersion) return {};
  return fail(
      ErrorCode::newer_format,
      "line 1: a newer Keepleaf wrote this (version " + std::to_string(version->get<std::int64_t>()) + ")",
      "", "import it with that one");
}

Status take_record(const json& record, std::uint64_t line, ImportSink& sink) {
  const std::string type = text_of(record, "type");
  if (type == "snapshot") {
    sink.lose("snapshot (its facts are here, its bytes are not)", 1);
    return {};
  }
  if (type != "link") {
    sink.skip({line, type, "it is a record of a kind that this version does not know"});
    return {};
  }
  ImportedLink link;
  link.line = line;
  link.url = text_of(record, "url");
  link.title = text_of(record, "title");
  link.note = text_of(record, "note");
  if (const json* tags = member(record, "tags"); tags && tags->is_array())
    for (const json& tag : *tags)
      if (tag.is_string()) link.tags.push_back(tag.get<std::string>());
  link.created_at = time_of(record, "created_at");
  return sink.link(std::move(link));
}

}  // namespace

bool recognises_record_lines(const ImportProbe& probe) {
  return probe.json.contains(".keepleaf") && probe.json.contains(".version");
}

Status read_record_lines(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  LineReader lines(source, kMaxLine);
  bool header = true;
  bool ended = false;
  for (;;) {
    KL_ASSIGN(const bool more, lines.next());
    if (!more) break;
    if (trimmed(lines.line()).empty()) continue;
    const auto where = "line " + std::to_string(lines.number());
    if (lines.too_long()) return fail(ErrorCode::too_large, where + ": it is longer than 16 MiB");
    const json record = json::parse(lines.line(), nullptr, false);
    if (record.is_discarded() || !record.is_object()) {
      return fail(ErrorCode::bad_request,
                  where + ": it is not one JSON object; the file may have been cut off");
    }
    if (ended) return fail(ErrorCode::bad_request, where + ": there are records behind the last one");
    ended = !header && text_of(record, "type") == "end";
    if (ended) continue;
    KL_TRY(header ? check_header(record) : take_record(record, lines.number(), sink));
    header = false;
  }
  if (header) return fail(ErrorCode::bad_request, "line 1: there is no header");
  if (!ended) {
    return fail(ErrorCode::bad_request, "line " + std::to_string(lines.number()) +
                                            ": the file ends before its last record; it was cut off");
  }
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
