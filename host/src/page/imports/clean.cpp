#include "page/imports/clean.h"

#include <algorithm>
#include <charconv>

#include "base/unicode.h"
#include "page/chars.h"

namespace keepleaf::page {
namespace {

constexpr std::string_view kFullWidthSlash = "\xEF\xBC\x8F";

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<UnixMs> epoch_time(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value <= 0) return std::nullopt;
  if (value >= 12'000'000'000'000'000)
    return (value - 11'644'473'600'000'000) / 1000;       // Chrome's own: after 1981
  if (value >= 100'000'000'000'000) return value / 1000;  // microseconds: after 1973
  if (value >= 100'000'000'000) return value;             // milliseconds: after 1973
  return value * 1000;                                    // seconds: before 5138
}

}  // namespace

std::string tag_level(std::string_view name) {
  std::string out;
  bool gap = false;
  for (const CodePoint point : CodePoints(name)) {
    if (is_white_space(point.value) || is_control(point.value)) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    if (point.value == '/') {
      out += kFullWidthSlash;
    } else {
      append_utf8(out, point.value);
    }
  }
  return out;
}

std::string joined_levels(const std::vector<std::string>& levels) {
  std::string path;
  for (const auto& level : levels) {
    if (level.empty()) continue;
    if (!path.empty()) path += '/';
    path += level;
  }
  return path;
}

std::string tag_path(std::string_view path) {
  std::vector<std::string> levels;
  for (;;) {
    const auto slash = path.find('/');
    levels.push_back(tag_level(path.substr(0, slash)));
    if (slash == std::string_view::npos) return joined_levels(levels);
    path.remove_prefix(slash + 1);
  }
}

std::vector<std::string> split_tags(std::string_view list, char separator) {
  std::vector<std::string> tags;
  for (;;) {
    const auto end = list.find(separator);
    if (auto path = tag_path(list.substr(0, end)); !path.empty()) tags.push_back(std::move(path));
    if (end == std::string_view::npos) return tags;
    list.remove_prefix(end + 1);
  }
}

std::optional<UnixMs> any_time(std::string_view text) {
  text = trimmed(text);
  if (all_digits(text)) return epoch_time(text);
  if (text.size() < 10 || text[4] != '-') return std::nullopt;
  std::string full(text);
  if (full.size() == 10) full += "T00:00:00";
  if (full[10] == ' ') full[10] = 'T';
  const auto zone = full.find_first_of("Zz+-", 11);
  if (zone == std::string::npos) {
    full += 'Z';
  } else if (full.size() - zone == 5 && all_digits(std::string_view(full).substr(zone + 1))) {
    full.insert(zone + 3, ":");
  }
  return parse_time(full);
}

void append_block(std::string& note, std::string_view block) {
  block = trimmed(block);
  if (block.empty()) return;
  if (!note.empty()) note += "\n\n";
  note += block;
}

void append_quote(std::string& note, std::string_view quote, std::string_view comment) {
  std::string block;
  for (quote = trimmed(quote); !quote.empty();) {
    const auto end = quote.find('\n');
    block += "> " + std::string(quote.substr(0, end)) + '\n';
    if (end == std::string_view::npos) break;
    quote.remove_prefix(end + 1);
  }
  if (!trimmed(comment).empty()) block += '\n' + std::string(trimmed(comment));
  append_block(note, block);
}

}  // namespace keepleaf::page
