#include "cli/condition_words.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace keepleaf::cli {
namespace {

std::string state_words(const std::string& state) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWords = {
      {{"ok", "as it was"},
       {"gone", "gone"},
       {"moved", "moved"},
       {"parked", "parked"},
       {"error_page", "error page"},
       {"paywalled", "behind a login or paywall"},
       {"changed", "another page now"},
       {"unreachable", "not reachable"}}};
  const auto* const found =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& word) { return word.first == state; });
  return found == kWords.end() ? state : std::string(found->second);
}

std::string sign_words(const protocol::ConditionSign& sign) {
  const std::string quoted = '"' + sign.value + '"';
  if (sign.sign == "http_status") return "the server answers " + sign.value;
  if (sign.sign == "redirect") return "it sends to " + sign.value + " for good";
  if (sign.sign == "home_page") return "it sends to the front page, " + sign.value;
  if (sign.sign == "login_page") return "it sends to a login, " + sign.value;
  if (sign.sign == "parking_host") return "it sends to a seller of domains, " + sign.value;
  if (sign.sign == "title") return "its title says " + quoted;
  if (sign.sign == "sentence") return "it says " + quoted;
  if (sign.sign == "address") return "it sends to an error page, " + sign.value;
  if (sign.sign == "likeness") return sign.value + " % of its text is that of the last snapshot";
  if (sign.sign == "seen_by_person") return "you captured it in your browser";
  return sign.value;  // no_such_host, no_answer: sentences of their own
}

}  // namespace

std::string condition_words(const protocol::Condition& condition) {
  std::string words = state_words(condition.state);
  for (std::size_t i = 0; i < condition.signs.size(); ++i)
    words += (i == 0 ? ": " : "; ") + sign_words(condition.signs[i]);
  return words;
}

std::string archive_address(const protocol::Condition& condition, const std::string& url) {
  for (const std::string_view lost : {"gone", "parked", "error_page"})
    if (condition.state == lost) return "https://web.archive.org/web/" + url;
  return {};
}

}  // namespace keepleaf::cli
