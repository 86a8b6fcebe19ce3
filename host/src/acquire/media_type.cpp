#include "acquire/media_type.h"

#include <algorithm>
#include <array>

namespace keepleaf::acquire {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool begins_with_tag(std::string_view text, std::string_view tag) {
  if (text.size() <= tag.size()) return false;
  for (std::size_t i = 0; i < tag.size(); ++i)
    if (lower(text[i]) != tag[i]) return false;
  const char after = text[tag.size()];
  return tag == "<!--" || after == ' ' || after == '>' || is_space(after);
}

bool looks_like_html(std::string_view text) {
  static constexpr std::array<std::string_view, 17> kTags = {
      "<!doctype html", "<html",  "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
      "<style",         "<title", "<b",    "<body",   "<br",     "<p",  "<!--"};
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return std::any_of(kTags.begin(), kTags.end(),
                     [&](std::string_view tag) { return begins_with_tag(text, tag); });
}

bool looks_binary(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1A) || (byte >= 0x1C && byte <= 0x1F);
  });
}

std::string sniff(BytesView start) {
  struct Magic {
    std::string_view bytes;
    const char* type;
  };
  static constexpr std::array<Magic, 9> kMagic = {{{"%PDF-", "application/pdf"},
                                                   {"\x89PNG\r\n\x1A\n", "image/png"},
                                                   {"GIF87a", "image/gif"},
                                                   {"GIF89a", "image/gif"},
                                                   {"\xFF\xD8\xFF", "image/jpeg"},
                                                   {"BM", "image/bmp"},
                                                   {"wOFF", "font/woff"},
                                                   {"wOF2", "font/woff2"},
                                                   {"OggS", "application/ogg"}}};
  const std::string_view text = as_text(start.first(std::min(start.size(), kSniffBytes)));
  if (looks_like_html(text)) return "text/html";
  if (begins_with(text, "<?xml")) return "text/xml";
  for (const Magic& magic : kMagic)
    if (begins_with(text, magic.bytes)) return magic.type;
  if (begins_with(text, "RIFF") && text.size() >= 14 && text.substr(8, 6) == "WEBPVP") return "image/webp";
  if (text.size() >= 12 && text.substr(4, 8) == "ftypavif") return "image/avif";
  const bool has_mark =
      begins_with(text, "\xFE\xFF") || begins_with(text, "\xFF\xFE") || begins_with(text, "\xEF\xBB\xBF");
  return has_mark || !looks_binary(text) ? "text/plain" : "application/octet-stream";
}

}  // namespace

std::string essence(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && is_space(content_type.front())) content_type.remove_prefix(1);
  while (!content_type.empty() && is_space(content_type.back())) content_type.remove_suffix(1);
  const auto slash = content_type.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == content_type.size()) return {};
  std::string result(content_type);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string media_type_of(std::string_view content_type, BytesView start) {
  const std::string type = essence(content_type);
  const bool unknown =
      type.empty() || type == "unknown/unknown" || type == "application/unknown" || type == "*/*";
  return unknown ? sniff(start) : std::string(content_type);
}

bool is_html(std::string_view media_type) {
  const std::string type = essence(media_type);
  return type == "text/html" || type == "application/xhtml+xml";
}

bool may_be_stylesheet(std::string_view media_type) {
  const std::string type = essence(media_type);
  return !is_html(type) && type.rfind("image/", 0) != 0 && type != "application/json";
}

}  // namespace keepleaf::acquire
