#include "page/exports/markdown.h"

#include <nlohmann/json.hpp>

#include "page/encoding.h"
#include "page/exports/markdown_text.h"
#include "page/exports/markdown_writer.h"
#include "page/media_type.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kLimit = 64 << 20;

std::string part_as_markdown(const PartRecord& part, BytesView bytes) {
  std::string type = essence(part.media_type);
  if (type.empty() && looks_like_html(bytes)) type = "text/html";
  const std::string text = decode_stored(bytes, part.media_type);
  if (is_html_type(type)) return markdown_of_html(text, Flavour::html);
  if (is_xhtml_type(type) || is_svg_type(type)) return markdown_of_html(text, Flavour::xml);
  if (type == "text/markdown") return text.ends_with('\n') ? text : text + "\n";
  if (type.starts_with("text/") || type == "application/json" || is_xml_type(type))
    return markdown_fenced(text, "");
  return "*" +
         markdown_escaped("A page of the type " + (type.empty() ? "unknown" : type) +
                          ", which has no text here") +
         "*\n";
}

}  // namespace

std::string markdown_front_matter(const FrontMatter& facts) {
  // A string of JSON is one of YAML.
  const auto quoted = [](const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  return "---\ntitle: " + quoted(facts.title) + "\nurl: " + quoted(facts.url) +
         "\ntaken_at: " + format_time(facts.taken_at) + "\n---\n\n";
}

std::string markdown_of_html(std::string_view html, Flavour flavour) {
  return MarkdownWriter().write(html, flavour);
}

Result<std::string> markdown_of(const ObjectSource& source) {
  std::string out;
  for (const PartRecord& part : source.parts()) {
    if (!part.object || (part.role != "document" && part.role != "frame")) continue;
    KL_ASSIGN(const Bytes bytes, source.read(*part.object));
    if (!out.empty()) out += '\n';
    out += part_as_markdown(part, bytes);
    if (out.size() > kLimit) break;
  }
  return out;
}

}  // namespace keepleaf::page
