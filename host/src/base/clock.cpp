#include "base/clock.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace keepleaf {
namespace {

using namespace std::chrono;

class SystemClock final : public Clock {
 public:
  UnixMs now() const override {
    return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
};

// Reads exactly `count` digits at `at`, moves `at` behind them; -1 if there are fewer.
int take_digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (text.size() < at + count) return -1;
  int value = 0;
  for (std::size_t end = at + count; at < end; ++at) {
    if (text[at] < '0' || text[at] > '9') return -1;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool take(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted) return false;
  ++at;
  return true;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string format_time(UnixMs time) {
  const sys_time<milliseconds> point{milliseconds(time)};
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss clock(point - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::optional<UnixMs> parse_time(std::string_view text) {
  std::size_t at = 0;
  const int y = take_digits(text, at, 4);
  if (y < 1970 || !take(text, at, '-')) return std::nullopt;
  const int mo = take_digits(text, at, 2);
  if (!take(text, at, '-')) return std::nullopt;
  const int d = take_digits(text, at, 2);
  if (!take(text, at, 'T') && !take(text, at, 't')) return std::nullopt;
  const int h = take_digits(text, at, 2);
  if (!take(text, at, ':')) return std::nullopt;
  const int mi = take_digits(text, at, 2);
  if (!take(text, at, ':')) return std::nullopt;
  int s = take_digits(text, at, 2);
  if (mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return std::nullopt;
  if (s == 60) s = 59;  // a leap second; the Unix clock has none

  int ms = 0;
  if (take(text, at, '.')) {
    const std::size_t begin = at;
    int scale = 100;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      ms += (text[at] - '0') * scale;
    if (at == begin || at - begin > 9) return std::nullopt;
  }

  int offset_minutes = 0;
  if (!take(text, at, 'Z') && !take(text, at, 'z')) {
    const int sign = take(text, at, '+') ? 1 : (take(text, at, '-') ? -1 : 0);
    if (sign == 0) return std::nullopt;
    const int oh = take_digits(text, at, 2);
    if (!take(text, at, ':')) return std::nullopt;
    const int om = take_digits(text, at, 2);
    if (oh < 0 || oh > 23 || om < 0 || om > 59) return std::nullopt;
    offset_minutes = sign * (oh * 60 + om);
  }
  if (at != text.size()) return std::nullopt;

  const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  const auto point =
      sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms) - minutes(offset_minutes);
  return duration_cast<milliseconds>(point.time_since_epoch()).count();
}

}  // namespace keepleaf
