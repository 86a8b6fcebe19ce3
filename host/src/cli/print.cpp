#include "cli/print.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/display_width.h"
#include "base/unicode.h"
#include "protocol/codec.h"

namespace keepleaf::cli {
namespace {

// Bidirectional overrides can make a line look like another (CVE-2021-42574); they are no part of a title's
// meaning.
bool drives_the_terminal(char32_t c) {
  return is_control(c) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 ||
         c == 0x2029;
}

}  // namespace

std::string plain(std::string_view text) {
  std::string result;
  for (const auto& point : CodePoints(text))
    append_utf8(result, drives_the_terminal(point.value) ? U' ' : point.value);
  return result;
}

std::string fitted(std::string_view text, std::size_t columns) {
  auto whole = plain(text);
  if (display_width(whole) <= columns) return whole;
  std::string result;
  std::size_t width = 1;  // of the …
  for (const auto& point : CodePoints(whole)) {
    width += display_width(point.value);
    if (width > columns) break;
    append_utf8(result, point.value);
  }
  return result + "…";
}

std::string padded(std::string_view text, std::size_t columns) {
  std::string result(text);
  const auto width = display_width(text);
  if (width < columns) result.append(columns - width, ' ');
  return result;
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text.data();
}

std::string human_time(UnixMs time) {
  auto text = format_time(time).substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_table(const Context& context, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(plain(row[i])));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      line += last ? plain(row[i]) : padded(plain(row[i]), widths[i]) + "  ";
    }
    while (line.ends_with(' ')) line.pop_back();
    context.out << (context.width ? fitted(line, *context.width) : line) << '\n';
  }
}

int report(const Context& context, const Error& error) {
  if (context.json) context.out << protocol::encode_error(error) << '\n';
  context.err << "keepleaf: " << plain(error.message) << '\n';
  if (!error.kept.empty()) context.err << "  kept: " << plain(error.kept) << '\n';
  if (!error.next.empty()) context.err << "  next: " << plain(error.next) << '\n';
  return kFailed;
}

}  // namespace keepleaf::cli
