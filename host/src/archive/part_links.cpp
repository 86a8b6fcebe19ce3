#include "archive/part_links.h"

#include "page/media_type.h"

namespace keepleaf::archive {
namespace {

constexpr std::string_view kOurs = "keepleaf-part:";

Bytes replaced(Bytes bytes, std::string_view from, std::string_view to) {
  const std::string_view text = as_text(bytes);
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos;
       at = text.find(from, at + from.size())) {
    const std::size_t behind = at + from.size();
    if (behind >= text.size() || text[behind] < '0' || text[behind] > '9') continue;
    out.append(text.substr(done, at - done)).append(to);
    done = behind;
  }
  if (done == 0) return bytes;
  out.append(text.substr(done));
  const BytesView view = as_bytes(out);
  return {view.begin(), view.end()};
}

}  // namespace

bool may_name_parts(std::string_view role, std::string_view media_type) {
  const std::string type = page::essence(media_type);
  return role == "document" || role == "frame" || role == "stylesheet" || page::is_html_type(type) ||
         page::is_xhtml_type(type) || page::is_svg_type(type) || type == "text/css";
}

Bytes with_links(Bytes bytes, std::string_view prefix) {
  if (as_text(bytes).find(prefix) != std::string_view::npos) return bytes;
  return replaced(std::move(bytes), kOurs, prefix);
}

Bytes without_links(Bytes bytes, std::string_view prefix) {
  return prefix.empty() ? std::move(bytes) : replaced(std::move(bytes), prefix, kOurs);
}

}  // namespace keepleaf::archive
