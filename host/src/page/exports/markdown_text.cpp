#include "page/exports/markdown_text.h"

#include <algorithm>

#include "page/chars.h"

namespace keepleaf::page {
namespace {

std::size_t longest_run(std::string_view text, char of) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_word(char c) { return is_alpha(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::string markdown_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside_word = i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    const bool entity = c == '&' && i + 1 < text.size() && (is_alpha(text[i + 1]) || text[i + 1] == '#');
    if (std::string_view("\\`*[]<~|").find(c) != std::string_view::npos || (c == '_' && !inside_word) ||
        entity)
      out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string markdown_line_start(std::string_view text) {
  if (text.empty()) return {};
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  std::string out(text);
  if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) {
    out.insert(digits, 1, '\\');
  } else if (std::string_view("#+->=").find(text[0]) != std::string_view::npos) {
    out.insert(out.begin(), '\\');
  }
  return out;
}

std::string markdown_address(std::string_view url) {
  const bool bare = std::none_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' ||
           std::string_view("()<>\\").find(c) != std::string_view::npos;
  });
  if (bare && !url.empty()) return std::string(url);
  std::string out = "<";
  for (const char c : url) {
    if (c == '<' || c == '>' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < ' ') {
      append_percent_encoded(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + ">";
}

std::string markdown_link(std::string_view text, std::string_view url) {
  return "[" + markdown_escaped(text) + "](" + markdown_address(url) + ")";
}

std::string markdown_code(std::string_view code) {
  const std::string fence(longest_run(code, '`') + 1, '`');
  const bool padded = !code.empty() && (code.front() == '`' || code.back() == '`');
  return fence + (padded ? " " : "") + std::string(code) + (padded ? " " : "") + fence;
}

std::string markdown_fenced(std::string_view code, std::string_view language) {
  const std::string fence(std::max<std::size_t>(3, longest_run(code, '`') + 1), '`');
  std::string out = fence + std::string(language) + "\n" + std::string(code);
  if (!out.ends_with('\n')) out += '\n';
  return out + fence + "\n";
}

}  // namespace keepleaf::page
