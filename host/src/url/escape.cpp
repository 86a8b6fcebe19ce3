#include "url/escape.h"

#include <array>
#include <cstddef>

namespace keepleaf::url {
namespace {

using Set = std::array<bool, 256>;  // true: stays as it is

constexpr void put(Set& set, std::string_view characters, bool value) {
  for (char c : characters) set[static_cast<unsigned char>(c)] = value;
}

// The URL Standard lists what is escaped; all else of printable ASCII stays.
constexpr Set browser_set(std::string_view escaped) {
  Set set{};
  for (std::size_t c = 0x21; c < 0x7F; ++c) set[c] = true;
  put(set, escaped, false);
  return set;
}

// RFC 3986 section 3.3 to 3.5: pchar = unreserved / pct-encoded / sub-delims / ":" / "@".
constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
constexpr Set canonical_set(std::string_view more) {
  Set set{};
  put(set, kUnreserved, true);
  put(set, "!$&()*+,;=:@/", true);
  put(set, more, true);
  return set;
}

constexpr Set kUnreservedSet = [] {
  Set set{};
  put(set, kUnreserved, true);
  return set;
}();
constexpr std::array<Set, 3> kBrowser = {browser_set("\"#<>?^`{}"), browser_set("\"#<>'"),
                                         browser_set("\"<>`")};
// Browsers escape ' in queries, so that both spellings of it there must be one.
constexpr std::array<Set, 3> kCanonical = {canonical_set("'"), canonical_set("?"), canonical_set("'?")};

constexpr std::string_view kHex = "0123456789ABCDEF";

void append_escape(std::string& out, unsigned char byte) {
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 0x0FU];
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte of the escape at `at`, or -1.
int escape_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

void append_encoded(std::string& out, std::string_view text, Component component) {
  const Set& plain = kBrowser[static_cast<std::size_t>(component)];
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (plain[byte]) {
      out += c;
    } else {
      append_escape(out, byte);
    }
  }
}

void append_canonical(std::string& out, std::string_view text, Component component) {
  const Set& plain = kCanonical[static_cast<std::size_t>(component)];
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const int escaped = escape_at(text, at);
    if (escaped >= 0) {
      if (kUnreservedSet[static_cast<std::size_t>(escaped)]) {
        out += static_cast<char>(escaped);
      } else {
        append_escape(out, static_cast<unsigned char>(escaped));
      }
      at += 2;
    } else if (plain[byte]) {
      out += text[at];
    } else {
      append_escape(out, byte);
    }
  }
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int escaped = escape_at(text, at);
    if (escaped >= 0) {
      out += static_cast<char>(escaped);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

}  // namespace keepleaf::url
