#include "page/data_url.h"

#include "base/base64.h"
#include "page/chars.h"
#include "page/encoding.h"
#include "page/media_type.h"

namespace keepleaf::page {
namespace {

bool suits(std::string_view type, Use use) {
  const auto is = [type](std::string_view group) { return type.starts_with(group); };
  switch (use) {
    case Use::image:
    case Use::icon:
      return is("image/");
    case Use::svg:
      return is_svg_type(type);
    case Use::font:
      return is("font/") || is("application/font") || is("application/x-font") ||
             is("application/vnd.ms-font");
    case Use::audio:
    case Use::video:
      return is("audio/") || is("video/") || type == "application/ogg";
    case Use::text_track:
      return type == "text/vtt" || type == "text/plain";
    case Use::stylesheet:
      return type == "text/css";
    case Use::frame:
    case Use::object:
      return false;
  }
  return false;
}

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::optional<DataUrl> parse_data_url(std::string_view url) {
  if (!starts_with_ignoring_case(url, "data:")) return std::nullopt;
  url.remove_prefix(5);
  const std::size_t comma = url.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  std::string_view type = trimmed(url.substr(0, comma));
  std::string_view body = url.substr(comma + 1);
  body = body.substr(0, body.find('#'));
  bool base64 = false;
  if (const std::size_t last = type.rfind(';');
      last != std::string_view::npos && equals_ignoring_case(trimmed(type.substr(last + 1)), "base64")) {
    base64 = true;
    type = trimmed(type.substr(0, last));
  }
  DataUrl out;
  out.media_type = type.starts_with(';') ? "text/plain" + std::string(type) : std::string(type);
  if (type.empty()) out.media_type = "text/plain;charset=US-ASCII";
  std::string plain = unescaped(body);
  if (!base64) {
    const BytesView view = as_bytes(plain);
    out.bytes.assign(view.begin(), view.end());
    return out;
  }
  std::erase_if(plain, is_space);
  while (plain.ends_with('=')) plain.pop_back();
  // "Forgiving" base64: padding may be absent. Bits beyond the last byte must be zero for our strict decoder.
  if (plain.size() % 4 == 1) return std::nullopt;
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (const std::size_t tail = plain.size() % 4; tail != 0) {
    const std::size_t digit = kDigits.find(plain.back());
    if (digit == std::string_view::npos) return std::nullopt;
    plain.back() = kDigits[digit & (tail == 2 ? 0x30U : 0x3CU)];
    plain.append(4 - tail, '=');
  }
  if (!base64_decode(plain, out.bytes)) return std::nullopt;
  return out;
}

std::string write_data_url(std::string_view media_type, BytesView bytes) {
  return "data:" + std::string(media_type) + ";base64," + base64_encode(bytes);
}

std::string write_document_url(std::string_view html) {
  std::string out = "data:text/html;charset=utf-8,";
  html = html.substr(0, html.find_last_not_of(' ') + 1);
  for (const char c : html) {
    const auto byte = static_cast<unsigned char>(c);
    // What a URL parser would drop, cut off, or read as something else; beyond ASCII it escapes by itself.
    if (byte < 0x20 || byte == 0x7F || c == '%' || c == '#' || c == '"' || c == '<' || c == '>') {
      append_percent_encoded(out, byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string data_type(std::string_view media_type, BytesView bytes, Use use) {
  const std::string given = essence(media_type);
  const std::string_view sniffed = sniffed_type(bytes);
  // Browsers look at the bytes of images too, but never take them for SVG.
  if (suits(given, use)) {
    if (is_svg_type(given) || given == "text/vtt") {
      if (const auto charset = encoding_name(charset_parameter(media_type))) {
        return given + ";charset=" + std::string(*charset);
      }
    }
    return given;
  }
  if (suits(sniffed, use)) return std::string(sniffed);
  return "application/octet-stream";
}

bool data_url_suits(std::string_view url, Use use) {
  const std::size_t comma = url.find(',');
  if (!starts_with_ignoring_case(url, "data:") || comma == std::string_view::npos) return false;
  const std::string type = essence(url.substr(5, comma - 5));
  return suits(type, use) || (use != Use::frame && use != Use::object && use != Use::stylesheet &&
                              type == "application/octet-stream");
}

}  // namespace keepleaf::page
