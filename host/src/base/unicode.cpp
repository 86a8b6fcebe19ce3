#include "base/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace keepleaf {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
// Longer runs of combining marks than this are folded in several pieces: nobody writes them, and sorting them
// is quadratic. 18 is the longest that one code point expands to (U+FDFA), so a piece needs at most 10 × 18
// places.
constexpr std::size_t kPieceCodePoints = 10;
static_assert(kPieceCodePoints * 18 <= kSearchPieceMax);

bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

bool is_continuation(std::uint8_t byte) { return (byte & 0xC0U) == 0x80U; }

// For Unicode's own forms the whole text goes through utf8proc, which refuses invalid UTF-8: mend it first.
std::string map_with(std::string_view text, utf8proc_option_t options) {
  const bool ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) {
    std::string out(text);
    if ((options & UTF8PROC_CASEFOLD) != 0)
      for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
  }
  const std::string valid = to_valid_utf8(text);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()),
                                             static_cast<utf8proc_ssize_t>(valid.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) throw std::runtime_error(utf8proc_errmsg(size));
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

// Marks that readers leave out when they type a search.
bool is_accent(char32_t c) {
  return in(c, 0x0300, 0x036F) || in(c, 0x1AB0, 0x1AFF) || in(c, 0x1DC0, 0x1DFF) || in(c, 0x20D0, 0x20FF) ||
         in(c, 0xFE20, 0xFE2F) ||  // of Latin, Greek, Cyrillic
         in(c, 0x0591, 0x05BD) || c == 0x05BF || in(c, 0x05C1, 0x05C2) || in(c, 0x05C4, 0x05C5) ||
         c == 0x05C7 || in(c, 0x0610, 0x061A) || in(c, 0x064B, 0x065F) || c == 0x0670 ||
         in(c, 0x06D6, 0x06DC) || in(c, 0x06DF, 0x06E4) || in(c, 0x06E7, 0x06E8) || in(c, 0x06EA, 0x06ED) ||
         c == 0x0640;
}

// Letters with a stroke or joined have no decomposition, yet people type them plain. Returns the count.
std::size_t plain_letters(char32_t c, std::array<char32_t, 2>& out) {
  switch (c) {
    case 0x00E6:
      out = {'a', 'e'};
      return 2;  // æ
    case 0x0153:
      out = {'o', 'e'};
      return 2;  // œ
    case 0x00F8:
      out = {'o', 0};
      return 1;  // ø
    case 0x0111:
    case 0x00F0:
      out = {'d', 0};
      return 1;  // đ ð
    case 0x0127:
      out = {'h', 0};
      return 1;  // ħ
    case 0x0131:
      out = {'i', 0};
      return 1;  // ı
    case 0x0142:
      out = {'l', 0};
      return 1;  // ł
    case 0x0167:
      out = {'t', 0};
      return 1;  // ŧ
    default:
      out = {c, 0};
      return 1;
  }
}

// What may combine with the character before it under NFKC.
bool joins_previous(char32_t c) {
  if (c < 0x00AD) return false;
  if (in(c, 0x4E00, 0x9FFF) || in(c, 0xAC00, 0xD7A3)) return false;
  if (in(c, 0x1160, 0x11FF) || in(c, 0xD7B0, 0xD7FF)) return true;  // Hangul vowels and finals
  if (in(c, 0x314F, 0x3163) || in(c, 0xFFC2, 0xFFDC)) return true;  // the same as compatibility letters
  if (c == 0xFF9E || c == 0xFF9F) return true;                      // half-width voicing marks
  const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
  return property->category == UTF8PROC_CATEGORY_MN || property->category == UTF8PROC_CATEGORY_MC ||
         property->category == UTF8PROC_CATEGORY_ME || property->ignorable != 0;
}

// Characters that search_fold leaves alone whatever follows is another piece: most of CJK text.
bool folds_to_itself(char32_t c) {
  return in(c, 0x4E00, 0x9FFF) || in(c, 0x3400, 0x4DBF) || in(c, 0x3041, 0x3096) || in(c, 0x30A1, 0x30FA) ||
         in(c, 0xAC00, 0xD7A3);
}

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {0, 0, true};
  const std::uint8_t lead = byte_at(text, at);
  if (lead < 0x80) return {lead, 1, true};

  // Table 3-7 of the standard: how many bytes follow, and what the first of them may be.
  std::uint32_t follow = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    follow = 1;
    value = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    follow = 2;
    value = lead & 0x0FU;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    follow = 3;
    value = lead & 0x07U;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {kReplacement, 1, false};
  }
  for (std::uint32_t i = 1; i <= follow; ++i) {
    if (at + i >= text.size()) return {kReplacement, i, false};
    const std::uint8_t byte = byte_at(text, at + i);
    if (byte < low || byte > high) return {kReplacement, i, false};
    value = (value << 6) | (byte & 0x3FU);
    low = 0x80;
    high = 0xBF;
  }
  return {value, follow + 1, true};
}

void append_utf8(std::string& out, char32_t value) {
  if (value > 0x10FFFF || in(value, 0xD800, 0xDFFF)) value = kReplacement;
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0U | (value >> 6));
    out += static_cast<char>(0x80U | (value & 0x3FU));
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0U | (value >> 12));
    out += static_cast<char>(0x80U | ((value >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (value & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (value >> 18));
    out += static_cast<char>(0x80U | ((value >> 12) & 0x3FU));
    out += static_cast<char>(0x80U | ((value >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (value & 0x3FU));
  }
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      ++at;
      continue;
    }
    const CodePoint point = decode_utf8(text, at);
    if (!point.valid) return false;
    at += point.size;
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  for (const CodePoint& point : CodePoints(text)) append_utf8(out, point.value);
  return out;
}

std::size_t utf8_floor(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  for (std::size_t back = 0; back < 4 && back <= at; ++back) {
    if (is_continuation(byte_at(text, at - back))) continue;
    const CodePoint point = decode_utf8(text, at - back);
    return at - back + point.size > at ? at - back : at;
  }
  return at;
}

std::string_view utf8_prefix(std::string_view text, std::size_t limit) {
  return text.substr(0, utf8_floor(text, limit));
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for ([[maybe_unused]] const CodePoint& point : CodePoints(text)) ++count;
  return count;
}

std::string nfc(std::string_view text) {
  return map_with(text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
}

std::string fold(std::string_view text) {
  return map_with(text,
                  static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
}

std::size_t search_piece(std::string_view text, std::size_t at) {
  const CodePoint first = decode_utf8(text, at);
  std::size_t size = first.size;
  if (size == 0) return 0;
  for (std::size_t points = 1; points < kPieceCodePoints; ++points) {
    const CodePoint next = decode_utf8(text, at + size);
    if (next.size == 0 || !joins_previous(next.value)) break;
    size += next.size;
  }
  return size;
}

std::size_t fold_search_piece(std::string_view piece, std::span<char32_t> out) {
  const CodePoint first = decode_utf8(piece, 0);
  if (first.size == piece.size()) {
    const char32_t c = first.value;
    if (c < 0x80) {
      out[0] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
      return 1;
    }
    if (folds_to_itself(c)) {
      out[0] = c;
      return 1;
    }
  }

  constexpr auto kDecompose = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  std::array<utf8proc_int32_t, kSearchPieceMax> points{};
  std::string mended;
  if (!is_valid_utf8(piece)) piece = mended = to_valid_utf8(piece);
  utf8proc_ssize_t count = utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(piece.data()),
                                              static_cast<utf8proc_ssize_t>(piece.size()), points.data(),
                                              static_cast<utf8proc_ssize_t>(points.size()), kDecompose);
  if (count < 0 || static_cast<std::size_t>(count) > points.size()) return 0;

  utf8proc_ssize_t kept = 0;
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const auto c = static_cast<char32_t>(points[static_cast<std::size_t>(i)]);
    const bool short_i =
        c == 0x0306 && kept > 0 && points[static_cast<std::size_t>(kept - 1)] == 0x0438;  // й
    if (is_accent(c) && !short_i) continue;
    points[static_cast<std::size_t>(kept++)] = static_cast<utf8proc_int32_t>(c);
  }
  count = utf8proc_normalize_utf32(points.data(), kept,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  std::size_t written = 0;
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    std::array<char32_t, 2> plain{};
    const std::size_t letters =
        plain_letters(static_cast<char32_t>(points[static_cast<std::size_t>(i)]), plain);
    for (std::size_t k = 0; k < letters && written < out.size(); ++k) out[written++] = plain[k];
  }
  return written;
}

std::string search_fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::array<char32_t, kSearchPieceMax> folded{};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = search_piece(text, at);
    const std::size_t count = fold_search_piece(text.substr(at, size), folded);
    for (std::size_t i = 0; i < count; ++i) append_utf8(out, folded[i]);
    at += size;
  }
  return out;
}

bool is_white_space(char32_t c) {
  return in(c, 0x09, 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || in(c, 0x2000, 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_control(char32_t c) { return c < 0x20 || in(c, 0x7F, 0x9F); }

bool is_word_character(char32_t c) {
  if (c < 0x80) return in(c, 'a', 'z') || in(c, 'A', 'Z') || in(c, '0', '9');
  if (is_cjk(c)) return true;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

bool is_cjk(char32_t c) {
  if (c < 0x1100) return false;
  return in(c, 0x4E00, 0x9FFF) || in(c, 0x3041, 0x3096) || in(c, 0x3099, 0x309A) || in(c, 0x309D, 0x309F) ||
         in(c, 0x30A1, 0x30FA) || in(c, 0x30FC, 0x30FF) || in(c, 0xAC00, 0xD7A3) || in(c, 0x3400, 0x4DBF) ||
         in(c, 0x3005, 0x3007) || in(c, 0x3021, 0x3029) || in(c, 0x3031, 0x3035) || in(c, 0x3038, 0x303C) ||
         in(c, 0x1100, 0x11FF) || in(c, 0x3105, 0x312F) || in(c, 0x3131, 0x318E) || in(c, 0x31A0, 0x31BF) ||
         in(c, 0x31F0, 0x31FF) || in(c, 0xA960, 0xA97C) || in(c, 0xD7B0, 0xD7FB) || in(c, 0xF900, 0xFAFF) ||
         in(c, 0xFF66, 0xFF9F) || in(c, 0xFFA1, 0xFFDC) || in(c, 0x2E80, 0x2FD5) || in(c, 0x1AFF0, 0x1B16F) ||
         in(c, 0x20000, 0x3FFFD);
}

bool is_unspaced(char32_t c) {
  if (is_cjk(c)) return true;
  const bool block = in(c, 0x0E00, 0x0EFF) || in(c, 0x1000, 0x109F) || in(c, 0x1780, 0x17FF) ||
                     in(c, 0xA9E0, 0xA9FF) || in(c, 0xAA60, 0xAA7F);
  if (!block) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_LU &&
         category <= UTF8PROC_CATEGORY_ME;  // letters and marks, not digits
}

bool is_emoji(char32_t c) {
  return in(c, 0x1F000, 0x1F3FA) || in(c, 0x1F400, 0x1FAFF) || in(c, 0x2600, 0x27BF);
}

}  // namespace keepleaf
