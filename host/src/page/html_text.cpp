#include "page/html_text.h"

#include <gumbo.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "page/chars.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

// What numeric references to C1 controls mean (13.2.5.80).
constexpr std::array<char16_t, 32> kC1 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                          0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                          0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                          0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

// The names that nearly all documents make do with; the rest goes to gumbo, which knows the whole table.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kCommon = {
    {{"amp;"sv, "&"sv},
     {"lt;"sv, "<"sv},
     {"gt;"sv, ">"sv},
     {"quot;"sv, "\""sv},
     {"apos;"sv, "'"sv},
     {"nbsp;"sv, "\xC2\xA0"sv}}};

// At "&#". Consumes the reference, or nothing when there are no digits.
bool decode_number(std::string_view text, std::size_t& at, std::string& out) {
  std::size_t i = at + 2;
  const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
  if (hex) ++i;
  const std::size_t digits = i;
  char32_t value = 0;
  for (; i < text.size() && (hex ? is_hex(text[i]) : is_digit(text[i])); ++i) {
    if (value <= 0x10FFFF) value = value * (hex ? 16 : 10) + hex_value(text[i]);
  }
  if (i == digits) return false;
  if (i < text.size() && text[i] == ';') ++i;
  if (value >= 0x80 && value < 0xA0) value = kC1[value - 0x80];
  append_utf8(out, value == 0 ? 0xFFFD : value);
  at = i;
  return true;
}

struct GumboDeleter {
  void operator()(GumboOutput* output) const { gumbo_destroy_output(&kGumboDefaultOptions, output); }
};

// gumbo reads a document of one element whose value or text is `text`.
std::optional<std::string> decode_by_gumbo(std::string_view text, ReferenceContext context) {
  const bool attribute = context == ReferenceContext::attribute;
  std::string html = attribute ? "<body class=\"" : "<body><textarea>\n";
  for (const char c : text) {
    if (c == '"') {
      html += "&quot;";
    } else if (c == '<') {
      html += "&lt;";
    } else if (c != '\0') {
      html += c;
    }
  }
  html += attribute ? "\">" : "</textarea>";
  const std::unique_ptr<GumboOutput, GumboDeleter> output(
      gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size()));
  const GumboVector& children = output->root->v.element.children;
  for (unsigned int i = 0; i < children.length; ++i) {
    const auto* body = static_cast<const GumboNode*>(children.data[i]);
    if (body->type != GUMBO_NODE_ELEMENT || body->v.element.tag != GUMBO_TAG_BODY) continue;
    if (attribute) {
      const GumboAttribute* value = gumbo_get_attribute(&body->v.element.attributes, "class");
      return value ? std::optional<std::string>(value->value) : std::nullopt;
    }
    if (body->v.element.children.length == 0) return std::nullopt;
    const auto* area = static_cast<const GumboNode*>(body->v.element.children.data[0]);
    std::string out;
    for (unsigned int j = 0; j < area->v.element.children.length; ++j) {
      out += static_cast<const GumboNode*>(area->v.element.children.data[j])->v.text.text;
    }
    return out;
  }
  return std::nullopt;
}

}  // namespace

std::string decode_references(std::string_view text, ReferenceContext context) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t next = text.find('&', i);
    out += text.substr(i, next == std::string_view::npos ? next : next - i);
    if (next == std::string_view::npos) break;
    i = next;
    const char after = i + 1 < text.size() ? text[i + 1] : ' ';
    if (after == '#' && decode_number(text, i, out)) continue;
    if (is_alpha(after)) {
      const std::string_view rest = text.substr(i + 1);
      const auto* common = kCommon.begin();
      while (common != kCommon.end() && !rest.starts_with(common->first)) ++common;
      if (common == kCommon.end()) {
        if (auto all = decode_by_gumbo(text, context)) return *std::move(all);
      } else {
        out += common->second;
        i += 1 + common->first.size();
        continue;
      }
    }
    out += '&';
    ++i;
  }
  return out;
}

std::string attribute_text(const Token& token, std::string_view name) {
  const Attribute* attribute = token.attribute(name);
  return attribute ? decode_references(attribute->value, ReferenceContext::attribute) : std::string();
}

std::string escape_text(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string escape_attribute(std::string_view value) {
  std::string out;
  out.reserve(value.size() + value.size() / 16);
  for (const char c : value) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string requote_attribute(std::string_view written) {
  std::string out;
  out.reserve(written.size());
  for (const char c : written) {
    if (c == '"') {
      out += "&quot;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string without_markup(std::string_view written) {
  std::string out;
  out.reserve(written.size());
  for (const char c : written) {
    if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace keepleaf::page
