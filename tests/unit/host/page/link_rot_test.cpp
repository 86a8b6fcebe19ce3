// Pages that were lost, in three languages, beside those that only speak of it: how often the rules are right
// is printed, and docs/link-rot.md repeats it.
#include "page/link_rot.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "fake_snapshot.h"
#include "page/document.h"
#include "page/likeness.h"
#include "support/catch.h"

namespace keepleaf::page {
namespace {

using Json = nlohmann::json;

const Json& cases() {
  static const Json all = [] {
    std::ifstream file(std::string(KEEPLEAF_TESTS_DIR) + "/fixtures/link-rot/cases.json");
    return Json::parse(file).at("cases");
  }();
  return all;
}

// As the library does it: the text that a reader sees.
std::string text_of(const std::string& html) {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://site.example/", "text/html; charset=utf-8", html);
  auto text = extract_text(snapshot);
  REQUIRE(text);
  return std::move(text->text);
}

RotVerdict judged(const Json& one) {
  const std::string html = one.at("html");
  const std::string text = text_of(html);
  SeenPage seen;
  seen.url = one.at("url");
  seen.final_url = one.value("final_url", seen.url);
  seen.moved_for_good = one.value("moved_for_good", false);
  seen.title = html_title(html);
  seen.text = text;
  if (!one.contains("kept")) return judge_page(seen, std::nullopt);
  const std::string before = text_of(one.at("kept").at("html"));
  return judge_page(seen, KeptPage{one.at("kept").at("title"), before});
}

struct Count {
  int right = 0, said = 0, there = 0;
  double precision() const { return said == 0 ? 1 : static_cast<double>(right) / said; }
  double recall() const { return there == 0 ? 1 : static_cast<double>(right) / there; }
};

}  // namespace

TEST_CASE("link rot is told from what only speaks of it") {
  std::map<std::string, Count> by_state;
  std::map<std::string, int> by_language;
  Count any;
  for (const Json& one : cases()) {
    const std::string expected = one.at("expect");
    const RotVerdict verdict = judged(one);
    const std::string said = rot_name(verdict.state);
    ++by_language[one.at("language")];
    ++by_state[expected].there;
    ++by_state[said].said;
    if (expected == said) ++by_state[said].right;
    if (expected != "ok") ++any.there;
    if (said != "ok") ++any.said;
    if (expected != "ok" && said == expected) ++any.right;
    if (said != "ok") CHECK_FALSE(verdict.signs.empty());
    if (expected != said)
      WARN(one.at("name").get<std::string>() << ": " << said << " instead of " << expected);
  }
  std::printf("link rot: %zu pages\n%-12s %5s %9s %6s\n", cases().size(), "", "pages", "precision", "recall");
  for (const auto& [state, count] : by_state)
    std::printf("%-12s %5d %9.2f %6.2f\n", state.c_str(), count.there, count.precision(), count.recall());
  std::printf("%-12s %5d %9.2f %6.2f\n", "any rot", any.there, any.precision(), any.recall());
  CHECK(cases().size() >= 40);
  CHECK(by_language.size() == 3);
  // A page that is wrongly called lost does more harm than one that is found out a visit later.
  CHECK(any.precision() >= 0.97);
  CHECK(any.recall() >= 0.9);
}

TEST_CASE("answers without a page say whether it is gone or may come back") {
  const Error status{ErrorCode::http_status, "The server answered."};
  for (const int gone : {404, 410, 451}) CHECK(judge_failure(status, gone, false).state == Rot::gone);
  for (const int paid : {401, 402}) CHECK(judge_failure(status, paid, false).state == Rot::paywalled);
  for (const int later : {403, 429, 500, 503})
    CHECK(judge_failure(status, later, false).state == Rot::unreachable);
  const Error network{ErrorCode::network, "No route.\nNo way."};
  const RotVerdict unknown = judge_failure(network, 0, true);
  CHECK(unknown.state == Rot::unreachable);
  REQUIRE(unknown.signs.size() == 1);
  CHECK(unknown.signs[0].name == "no_such_host");
  CHECK(unknown.signs[0].value == "No route. No way.");
  CHECK(judge_failure(network, 0, false).signs[0].name == "no_answer");
}

TEST_CASE("likeness does not depend on case, width or white space, and falls with what differs") {
  const auto alike = [](std::string_view a, std::string_view b) {
    return TextUnits::likeness(TextUnits(a), TextUnits(b));
  };
  CHECK(alike("One two  three\nfour", "ONE two three four") == 1);
  CHECK(alike("潮汐随月亮", "潮汐随月亮") == 1);
  CHECK(alike("", "") == 1);
  CHECK(alike("", "a word") == 0);
  CHECK(alike("one two three four five", "six seven eight nine ten") == 0);
  const double half = alike("a b c d e f g h", "a b c d w x y z");
  CHECK(half > 0);
  CHECK(half < 0.5);
  CHECK(TextUnits("one two 三四").count() == 4);
}

}  // namespace keepleaf::page
