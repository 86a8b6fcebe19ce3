#include "cli/export_links.h"

#include <nlohmann/json.hpp>

#include "cli/documents.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

page::LinkFormat format_of(const std::string& name) {
  if (name == "netscape") return page::LinkFormat::netscape;
  if (name == "jsonl") return page::LinkFormat::jsonl;
  return name == "markdown" ? page::LinkFormat::markdown : page::LinkFormat::text;
}

}  // namespace

bool is_link_format(const std::string& format) { return format == "netscape" || format == "jsonl"; }

Result<int> export_links(const Context& context, const LinkList& list) {
  const auto format = format_of(list.format);
  if (list.output == "-") {
    KL_TRY(context.write_links(context, format, list.ids, [&](std::string_view text) -> Status {
      context.out << text;
      if (context.out) return {};
      return fail(ErrorCode::io, "the list could not be written to standard output");
    }));
    context.out.flush();
    return kDone;
  }
  const auto path = (context.folder / list.output).lexically_normal();
  std::error_code error;
  if (std::filesystem::is_directory(path, error) || list.output.ends_with('/'))
    return fail(ErrorCode::conflict, path.string() + " is a folder, and a list is one file",
                "nothing was written", "name a file with -o");
  KL_ASSIGN(auto file, DocumentFile::create(path, list.force ? Existing::replace : Existing::refuse));
  // The library hands out a line at a time; the file system is asked less often.
  std::string waiting;
  const auto flush = [&]() -> Status {
    KL_TRY(file.write(as_bytes(waiting)));
    waiting.clear();
    return {};
  };
  KL_TRY(context.write_links(context, format, list.ids, [&](std::string_view text) -> Status {
    waiting += text;
    return waiting.size() < (1 << 20) ? Status{} : flush();
  }));
  KL_TRY(flush());
  KL_TRY(file.finish());
  if (context.json) {
    const nlohmann::ordered_json item = {
        {"path", path.string()}, {"format", list.format}, {"size", file.size()}, {"error", nullptr}};
    const nlohmann::ordered_json document = {{"items", nlohmann::ordered_json::array({item})}};
    context.out << document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  } else {
    context.out << plain(path.string()) << '\n';
  }
  return kDone;
}

}  // namespace keepleaf::cli
