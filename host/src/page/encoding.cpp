#include "page/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "page/chars.h"
#include "page/encoding_labels.h"
#include "page/html_tokens.h"

namespace keepleaf::page {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Length of the well-formed UTF-8 sequence at the beginning; 0 when there is none, and then `bad` is the
// length of the maximal part to replace (Unicode 3.9, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t& bad) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  bad = 1;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size()) {
      bad = i;
      return 0;
    }
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (i == 1) {
      if (first == 0xE0) low = 0xA0;
      if (first == 0xED) high = 0x9F;
      if (first == 0xF0) low = 0x90;
      if (first == 0xF4) high = 0x8F;
    }
    if (byte(i) < low || byte(i) > high) {
      bad = i;
      return 0;
    }
  }
  return length;
}

bool is_valid_utf8(std::string_view text) {
  std::size_t bad = 0;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text, bad);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

class Converter {
 public:
  explicit Converter(const char* from) : descriptor_(iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (usable()) iconv_close(descriptor_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool usable() const { return reinterpret_cast<std::intptr_t>(descriptor_) != -1; }
  iconv_t get() const { return descriptor_; }

 private:
  iconv_t descriptor_;
};

std::string decode_by_iconv(std::string_view bytes, const Encoding& encoding) {
  const Converter converter(encoding.iconv);
  // A C library without this converter: what is ASCII stays readable, the rest is marked as lost.
  if (!converter.usable()) return valid_utf8(bytes);
  std::string out;
  std::string buffer(64 * 1024, '\0');
  std::string input(bytes);
  char* in = input.data();
  std::size_t left = input.size();
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t result = iconv(converter.get(), &in, &left, &to, &room);
    const int cause = errno;
    out.append(buffer.data(), buffer.size() - room);
    if (result != static_cast<std::size_t>(-1) || cause == E2BIG) continue;
    // Invalid or torn. Windows code pages keep their C1 controls; elsewhere an ASCII byte after a lead byte
    // survives.
    const auto byte = static_cast<unsigned char>(*in);
    if (encoding.single_byte && byte >= 0x80 && byte < 0xA0) {
      append_utf8(out, byte);
    } else {
      out += kReplacement;
    }
    ++in;
    --left;
  }
  return out;
}

const Encoding* find_encoding(std::string_view label) {
  const std::string wanted = lower(trimmed(label));
  const auto labels = encoding_labels();
  const auto found =
      std::lower_bound(labels.begin(), labels.end(), wanted,
                       [](const auto& entry, const std::string& name) { return entry.label < name; });
  if (found == labels.end() || found->label != wanted) return nullptr;
  return &encodings()[found->encoding];
}

// The encoding that a byte order mark names, and how long the mark is.
std::pair<std::string_view, std::size_t> byte_order_mark(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return {"UTF-8", 3};
  if (bytes.starts_with("\xFE\xFF")) return {"UTF-16BE", 2};
  if (bytes.starts_with("\xFF\xFE")) return {"UTF-16LE", 2};
  return {{}, 0};
}

// HTML Standard 13.2.3.2 "prescan a byte stream"; also the encoding of an XML declaration.
std::optional<std::string_view> prescan(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 1024);
  if (head.starts_with("<?xml")) {
    const std::string_view declaration = head.substr(0, head.find("?>"));
    const std::size_t at = declaration.find("encoding");
    if (at != std::string_view::npos) {
      const std::size_t quote = declaration.find_first_of("\"'", at);
      if (quote != std::string_view::npos) {
        const std::string_view value = declaration.substr(quote + 1);
        if (auto name = encoding_name(value.substr(0, value.find(declaration[quote])))) return name;
      }
    }
  }
  Tokenizer tokenizer(head);
  Token token;
  while (tokenizer.next(token)) {
    if (token.kind != TokenKind::start_tag || token.name != "meta") continue;
    std::optional<std::string_view> name;
    if (const Attribute* charset = token.attribute("charset")) {
      name = encoding_name(charset->value);
    } else if (const Attribute* equiv = token.attribute("http-equiv");
               equiv && equals_ignoring_case(trimmed(equiv->value), "content-type")) {
      if (const Attribute* content = token.attribute("content")) {
        name = encoding_name(charset_parameter(content->value));
      }
    }
    if (!name) continue;
    // A document that could be read so far as ASCII is not UTF-16.
    if (name->starts_with("UTF-16")) return "UTF-8";
    return name;
  }
  return std::nullopt;
}

Decoded decoded(std::string_view bytes, std::string_view encoding) {
  return {decode(as_bytes(bytes), encoding), std::string(encoding)};
}

}  // namespace

std::optional<std::string_view> encoding_name(std::string_view label) {
  const Encoding* encoding = find_encoding(label);
  return encoding ? std::optional<std::string_view>(encoding->name) : std::nullopt;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t bad = 0;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text, bad);
    if (length == 0 || text[0] == '\0') {
      out += kReplacement;
      text.remove_prefix(length == 0 ? bad : 1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

std::string decode(BytesView bytes, std::string_view name) {
  std::string_view text = as_text(bytes);
  const auto [marked, mark] = byte_order_mark(text);
  if (marked == name) text.remove_prefix(mark);
  const Encoding* encoding = find_encoding(name);
  if (!encoding || encoding->name == "UTF-8") return valid_utf8(text);
  // An encoding whose bytes can hide ASCII from a reader is shown as nothing at all (Encoding Standard 14.1).
  if (encoding->name == "replacement") return text.empty() ? std::string() : std::string(kReplacement);
  return valid_utf8(decode_by_iconv(text, *encoding));
}

std::string_view charset_parameter(std::string_view content_type) {
  for (std::size_t i = 0; i + 7 < content_type.size(); ++i) {
    if (!starts_with_ignoring_case(content_type.substr(i), "charset")) continue;
    std::string_view rest = trimmed(content_type.substr(i + 7));
    if (!rest.starts_with('=')) continue;
    rest = trimmed(rest.substr(1));
    if (rest.empty()) return {};
    if (rest[0] == '"' || rest[0] == '\'') {
      const std::size_t end = rest.find(rest[0], 1);
      return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
    }
    std::size_t end = 0;
    while (end < rest.size() && !is_space(rest[end]) && rest[end] != ';' && rest[end] != ',') ++end;
    return rest.substr(0, end);
  }
  return {};
}

std::optional<std::string_view> declared_encoding(std::string_view head) {
  if (const auto mark = byte_order_mark(head); mark.second > 0) return mark.first;
  return prescan(head);
}

Decoded decode_document(BytesView bytes, std::string_view content_type) {
  const std::string_view text = as_text(bytes);
  if (const auto mark = byte_order_mark(text); mark.second > 0) return decoded(text, mark.first);
  if (const auto given = encoding_name(charset_parameter(content_type))) return decoded(text, *given);
  if (const auto claimed = prescan(text)) return decoded(text, *claimed);
  return decoded(text, is_valid_utf8(text) ? "UTF-8" : "windows-1252");
}

std::string decode_stored(BytesView bytes, std::string_view content_type) {
  const std::string_view text = as_text(bytes);
  if (byte_order_mark(text).second == 0 && !encoding_name(charset_parameter(content_type)) &&
      is_valid_utf8(text)) {
    return valid_utf8(text);
  }
  return decode_document(bytes, content_type).text;
}

std::string decode_sheet(BytesView bytes, std::string_view content_type, std::string_view environment) {
  const std::string_view text = as_text(bytes);
  if (const auto mark = byte_order_mark(text); mark.second > 0) return decode(bytes, mark.first);
  if (const auto given = encoding_name(charset_parameter(content_type))) return decode(bytes, *given);
  constexpr std::string_view kRule = "@charset \"";
  if (text.starts_with(kRule)) {
    const std::string_view rest = text.substr(kRule.size(), 1024);
    const std::size_t end = rest.find("\";");
    if (end != std::string_view::npos) {
      if (const auto claimed = encoding_name(rest.substr(0, end))) {
        return decode(bytes, claimed->starts_with("UTF-16") ? "UTF-8" : *claimed);
      }
    }
  }
  const auto given = encoding_name(environment);
  return decode(bytes, given ? *given : "UTF-8");
}

}  // namespace keepleaf::page
