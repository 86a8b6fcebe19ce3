#include "page/media_type.h"

#include <algorithm>
#include <array>

#include "page/chars.h"
#include "page/encoding.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  std::string_view type;
};

constexpr std::array kSignatures = {
    Signature{0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    Signature{0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    Signature{0, "GIF8"sv, "image/gif"},
    Signature{8, "WEBPVP"sv, "image/webp"},
    Signature{0, "BM"sv, "image/bmp"},
    Signature{0, "\0\0\1\0"sv, "image/x-icon"},
    Signature{0, "\0\0\2\0"sv, "image/x-icon"},
    Signature{4, "ftypavif"sv, "image/avif"},
    Signature{4, "ftypavis"sv, "image/avif"},
    Signature{4, "ftyp"sv, "video/mp4"},
    Signature{0, "\x1A\x45\xDF\xA3"sv, "video/webm"},
    Signature{0, "OggS\0"sv, "audio/ogg"},
    Signature{0, "ID3"sv, "audio/mpeg"},
    Signature{8, "WAVE"sv, "audio/wav"},
    Signature{0, "fLaC"sv, "audio/flac"},
    Signature{0, "wOFF"sv, "font/woff"},
    Signature{0, "wOF2"sv, "font/woff2"},
    Signature{0, "OTTO"sv, "font/otf"},
    Signature{0, "\0\1\0\0"sv, "font/ttf"},
    Signature{0, "ttcf"sv, "font/collection"},
    Signature{0, "%PDF-"sv, "application/pdf"},
    Signature{0, "WEBVTT"sv, "text/vtt"},
};

std::string_view after_declarations(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (true) {
    text = trimmed(text);
    std::size_t end = std::string_view::npos;
    if (text.starts_with("<!--")) {
      end = text.find("-->");
      if (end != std::string_view::npos) end += 2;
    } else if (text.starts_with("<?") || starts_with_ignoring_case(text, "<!doctype svg")) {
      end = text.find('>');
    }
    if (end == std::string_view::npos) return text;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string essence(std::string_view media_type) {
  std::string out = lower(trimmed(media_type.substr(0, media_type.find(';'))));
  const auto valid = [](char c) {
    return is_alpha(c) || is_digit(c) || "!#$&^_.+-/"sv.find(c) != std::string_view::npos;
  };
  const bool one_slash =
      std::count(out.begin(), out.end(), '/') == 1 && !out.starts_with('/') && !out.ends_with('/');
  if (!one_slash || !std::all_of(out.begin(), out.end(), valid)) out.clear();
  return out;
}

std::string_view sniffed_type(BytesView bytes) {
  const std::string_view text = as_text(bytes);
  for (const Signature& signature : kSignatures) {
    if (text.size() >= signature.at && text.substr(signature.at).starts_with(signature.bytes))
      return signature.type;
  }
  const std::string_view body = after_declarations(text.substr(0, 4096));
  if (starts_with_ignoring_case(body, "<svg")) return "image/svg+xml";
  return {};
}

bool is_html_type(std::string_view type) { return type == "text/html"; }
bool is_xhtml_type(std::string_view type) { return type == "application/xhtml+xml"; }
bool is_svg_type(std::string_view type) { return type == "image/svg+xml"; }
bool is_xml_type(std::string_view type) {
  return type == "text/xml" || type == "application/xml" || type.ends_with("+xml");
}

bool looks_like_html(BytesView bytes) {
  const std::string_view body = after_declarations(as_text(bytes).substr(0, 4096));
  constexpr std::array kBeginnings = {"<!doctype html"sv, "<html"sv,  "<head"sv,  "<body"sv, "<title"sv,
                                      "<script"sv,        "<style"sv, "<table"sv, "<div"sv,  "<meta"sv};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [body](std::string_view begin) { return starts_with_ignoring_case(body, begin); });
}

}  // namespace keepleaf::page
