#include "cli/host_mode.h"

#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::cli;

namespace {

const std::string kOurs = "ebfdainneeddjbmjhhpkjjncbbghgifh";
const std::string kForeign(32, 'a');

setup::Table table() {
  setup::Table table;
  table.gecko_id = "keepleaf@keepleaf.org";
  table.chromium_ids = {kOurs};
  return table;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the name, the word host, or a browser's arguments make a process the host") {
  CHECK(host_arguments({"/opt/bin/keepleaf-host"}, table(), {}) == Words{});
  CHECK(host_arguments({"keepleaf-host", "list"}, table(), {}) == Words{"list"});
  CHECK(host_arguments({"keepleaf", "host", "x"}, table(), {}) == Words{"x"});
  CHECK(host_arguments({"keepleaf", "chrome-extension://" + kForeign + "/"}, table(), {}));
  CHECK(host_arguments({"keepleaf", "/m.json", "keepleaf@keepleaf.org"}, table(), {}));
}

TEST_CASE("everything else is a command") {
  CHECK_FALSE(host_arguments({}, table(), {}));
  CHECK_FALSE(host_arguments({"keepleaf"}, table(), {}));
  CHECK_FALSE(host_arguments({"keepleaf", "list"}, table(), {}));
  CHECK_FALSE(host_arguments({"keepleaf", "host", "--help"}, table(), {}));
  CHECK_FALSE(host_arguments({"keepleaf", "/m.json", "other@other.org"}, table(), {}));
  CHECK_FALSE(host_arguments({"/opt/keepleaf-host/keepleaf", "list"}, table(), {}));
}

TEST_CASE("only our extensions and those that the machine adds may drive the host") {
  setup::MachineConfig config;
  CHECK(verify_caller({"chrome-extension://" + kOurs + "/"}, table(), config)->id == kOurs);
  CHECK(verify_caller({"/m.json", "keepleaf@keepleaf.org"}, table(), config)->family ==
        wire::Family::firefox);
  const auto foreign = verify_caller({"chrome-extension://" + kForeign + "/"}, table(), config);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == ErrorCode::forbidden_caller);
  CHECK(foreign.error().message.find(kForeign) != std::string::npos);
  CHECK(foreign.error().next.find("--extra-id " + kForeign) != std::string::npos);
  config.extra_chromium_ids = {kForeign};
  CHECK(verify_caller({"chrome-extension://" + kForeign + "/"}, table(), config));
  CHECK_FALSE(verify_caller({"/m.json", "other@other.org"}, table(), config));
  config.extra_gecko_ids = {"other@other.org"};
  CHECK(verify_caller({"/m.json", "other@other.org"}, table(), config));
}

TEST_CASE("no caller, or half of one, is refused") {
  for (const auto& words :
       {Words{}, Words{"list"}, Words{"chrome-extension://" + kOurs}, Words{"keepleaf@keepleaf.org"},
        Words{"/m.json"}, Words{"m.json", "keepleaf@keepleaf.org"}}) {
    const auto caller = verify_caller(words, table(), {});
    REQUIRE_FALSE(caller);
    CHECK(caller.error().code == ErrorCode::forbidden_caller);
  }
}
