#include "page/document.h"
#include "page/encoding.h"
#include "page/media_type.h"
#include "page/visible_text.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kTextLimit = 16 << 20;  // limits.text of docs/protocol.md

bool append_plain_text(std::string_view text, std::string& out) {
  const std::size_t room = kTextLimit - out.size();
  if (text.size() <= room) {
    out += text;
    return true;
  }
  std::size_t size = room;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  out += text.substr(0, size);
  return false;
}

// False when it was cut.
bool append_part(const PartRecord& part, BytesView bytes, std::string& out) {
  std::string type = essence(part.media_type);
  if (type.empty() && looks_like_html(bytes)) type = "text/html";
  if (is_html_type(type) || is_xhtml_type(type)) {
    const Flavour flavour = is_html_type(type) ? Flavour::html : Flavour::xml;
    return append_visible_text(decode_stored(bytes, part.media_type), flavour, kTextLimit, out);
  }
  if (is_svg_type(type)) {
    return append_visible_text(decode_stored(bytes, part.media_type), Flavour::xml, kTextLimit, out);
  }
  const bool readable = type.starts_with("text/") || type == "application/json" || is_xml_type(type);
  return !readable || append_plain_text(decode_stored(bytes, part.media_type), out);
}

}  // namespace

Result<ExtractedText> extract_text(const ObjectSource& source) {
  ExtractedText out;
  for (const PartRecord& part : source.parts()) {
    if (!part.object || (part.role != "document" && part.role != "frame")) continue;
    KL_ASSIGN(const Bytes bytes, source.read(*part.object));
    if (!out.text.empty() && out.text.back() != '\n' && out.text.size() < kTextLimit) out.text += '\n';
    if (!append_part(part, bytes, out.text)) {
      out.truncated = true;
      break;
    }
  }
  return out;
}

}  // namespace keepleaf::page
