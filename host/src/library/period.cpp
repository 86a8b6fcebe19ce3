#include "library/period.h"

#include <array>
#include <charconv>
#include <utility>

namespace keepleaf::library {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> kNames = {
    {{"daily", kDay}, {"weekly", 7 * kDay}, {"monthly", 30 * kDay}}};

}  // namespace

Result<std::int64_t> parse_period(std::string_view text) {
  for (const auto& [name, ms] : kNames)
    if (text == name) return ms;
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error == std::errc{} && number > 0 && unit == "h") return number * kHour;
  if (error == std::errc{} && number > 0 && unit == "d") return number * kDay;
  return fail(ErrorCode::bad_request, "\"" + std::string(text) + "\" says no period.", "Nothing was changed.",
              "Say daily, weekly, monthly, a number of hours such as 6h, or of days such as 3d.");
}

std::string period_text(std::int64_t ms) {
  for (const auto& [name, known] : kNames)
    if (ms == known) return std::string(name);
  return ms % kDay == 0 ? std::to_string(ms / kDay) + "d" : std::to_string(ms / kHour) + "h";
}

}  // namespace keepleaf::library
