#include "wire/caller.h"

#include <vector>

#include "support/catch.h"

namespace keepleaf::test {
namespace {

std::optional<wire::Caller> parse(std::vector<std::string_view> arguments) {
  return wire::parse_caller(arguments);
}

const std::string kId(32, 'a');

}  // namespace

TEST_CASE("the arguments of Chromium and Firefox tell the caller") {
  CHECK_FALSE(parse({}).has_value());
  const std::string origin = "chrome-extension://" + kId + "/";
  auto caller = parse({origin});
  REQUIRE(caller.has_value());
  CHECK(caller->family == wire::Family::chromium);
  CHECK(caller->id == kId);
  CHECK(parse({origin, "--parent-window=0"}).has_value());
  caller =
      parse({"/home/me/.mozilla/native-messaging-hosts/org.keepleaf.host.json", "keepleaf@keepleaf.org"});
  REQUIRE(caller.has_value());
  CHECK(caller->family == wire::Family::firefox);
  CHECK(caller->id == "keepleaf@keepleaf.org");
  CHECK(parse({"/with space/ünï.json", "{01234567-89ab-cdef-0123-456789abcdef}"}).has_value());
}

TEST_CASE("what no browser passes is no caller") {
  const std::string no_slash = "chrome-extension://" + kId;
  const std::string long_id = "chrome-extension://" + kId + "a/";
  const std::string wrong_letter = "chrome-extension://" + std::string(31, 'a') + "q/";
  const std::string path_behind = "chrome-extension://" + kId + "/popup.html";
  const std::string origin = "chrome-extension://" + kId + "/";
  for (const std::vector<std::string_view>& arguments :
       std::vector<std::vector<std::string_view>>{{no_slash},
                                                  {long_id},
                                                  {wrong_letter},
                                                  {path_behind},
                                                  {origin, "--library=/tmp/x"},
                                                  {origin, "--parent-window=0", "more"},
                                                  {"https://keepleaf.org/"},
                                                  {"list"},
                                                  {"relative.json", "keepleaf@keepleaf.org"},
                                                  {"/manifest.json"},
                                                  {"/manifest.json", ""},
                                                  {"/manifest.json", "two@at@signs"},
                                                  {"/manifest.json", "keepleaf@keepleaf.org", "more"},
                                                  {"/manifest.json", "with space@keepleaf.org"},
                                                  {"/manifest", "keepleaf@keepleaf.org"}}) {
    CHECK_FALSE(wire::parse_caller(arguments).has_value());
  }
}

}  // namespace keepleaf::test
