#include "archive/dates.h"

#include <algorithm>
#include <array>
#include <string>

namespace keepleaf::archive {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Parts {
  int year = 0, month = 0, day = 0;
  std::string clock;  // hh:mm:ss
  std::string zone = "Z";
};

std::optional<UnixMs> time_of(const Parts& parts) {
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  if (parts.year < 1970 || parts.year > 9999 || parts.month == 0 || parts.day == 0 || parts.day > 31 ||
      parts.clock.empty())
    return std::nullopt;
  return parse_time(std::to_string(parts.year) + "-" + two(parts.month) + "-" + two(parts.day) + "T" +
                    parts.clock + parts.zone);
}

int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  if (word.size() < 3) return 0;
  std::string start(word.substr(0, 3));
  for (char& c : start)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  const auto found = std::find(kMonths.begin(), kMonths.end(), start);
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

}  // namespace

std::optional<UnixMs> parse_date(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  if (const auto time = parse_time(text)) return time;
  Parts parts;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    std::size_t end = at;
    if (c == '(') break;  // the zone's name
    if (is_letter(c)) {
      while (end < text.size() && is_letter(text[end])) ++end;
      if (const int month = month_of(text.substr(at, end - at))) parts.month = month;
    } else if (is_digit(c)) {
      while (end < text.size() && (is_digit(text[end]) || text[end] == ':')) ++end;
      const std::string_view word = text.substr(at, end - at);
      if (word.find(':') != std::string_view::npos) {
        parts.clock = (word.find(':') == 1 ? "0" : "") + std::string(word);
        if (parts.clock.size() == 5) parts.clock += ":00";
      } else if (word.size() == 4) {
        parts.year = std::stoi(std::string(word));
      } else if (word.size() <= 2 && parts.day == 0) {
        parts.day = std::stoi(std::string(word));
      }
    } else if ((c == '+' || c == '-') && !parts.clock.empty() && at + 5 <= text.size() &&
               std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                           text.begin() + static_cast<std::ptrdiff_t>(at) + 5, is_digit)) {
      parts.zone = std::string(text.substr(at, 3)) + ":" + std::string(text.substr(at + 3, 2));
      end = at + 5;
    }
    at = std::max(end, at + 1);
  }
  return time_of(parts);
}

std::optional<UnixMs> parse_digits(std::string_view digits) {
  if (digits.size() < 8 || digits.size() > 17 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return std::nullopt;
  std::string full(digits);
  if (full.size() < 14) full.resize(14, '0');
  full.resize(17, '0');
  return parse_time(full.substr(0, 4) + "-" + full.substr(4, 2) + "-" + full.substr(6, 2) + "T" +
                    full.substr(8, 2) + ":" + full.substr(10, 2) + ":" + full.substr(12, 2) + "." +
                    full.substr(14, 3) + "Z");
}

}  // namespace keepleaf::archive
