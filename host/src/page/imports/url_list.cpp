#include "page/imports/url_list.h"

#include "page/chars.h"
#include "page/imports/text_source.h"

namespace keepleaf::page {
namespace {

bool says_nothing(std::string_view line) { return line.empty() || line.front() == '#'; }

// scheme:// as in an address of the web.
bool is_address(std::string_view line) {
  const auto colon = line.find("://");
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(line.front())) return false;
  for (const char c : line.substr(0, colon))
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
  return true;
}

}  // namespace

bool recognises_url_list(const ImportProbe& probe) {
  std::string_view text = probe.text;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    if (!says_nothing(line)) return is_address(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return false;
}

Status read_url_list(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  LineReader lines(source);
  for (;;) {
    KL_ASSIGN(const bool more, lines.next());
    if (!more) break;
    const auto line = trimmed(lines.line());
    if (says_nothing(line)) continue;
    std::size_t end = 0;
    while (end < line.size() && !is_space(line[end])) ++end;
    if (lines.too_long()) {
      sink.skip({lines.number(), std::string(line.substr(0, 80)), "the line is longer than 1 MiB"});
      continue;
    }
    ImportedLink link;
    link.line = lines.number();
    link.url = line.substr(0, end);
    link.title = trimmed(line.substr(end));
    KL_TRY(sink.link(std::move(link)));
  }
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
