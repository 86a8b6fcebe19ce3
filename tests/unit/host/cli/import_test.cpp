// What `import` prints, and when it starts the worker; the library is a stand-in.
#include <nlohmann/json.hpp>

#include "fake.h"
#include "support/catch.h"

using namespace keepleaf;
using nlohmann::json;

namespace {

struct Importing : test::Fake {
  Importing() {
    context.import_file = [this](const cli::Context&, const library::ImportRequest& request,
                                 const library::ImportProgress& progress) {
      requests.push_back(request);
      progress(500, 2000);
      return report;
    };
    context.start_worker = [this](const cli::Context&) {
      ++started;
      return worker;
    };
  }
  std::vector<library::ImportRequest> requests;
  library::ImportReport report;
  Status worker;
  int started = 0;
};

}  // namespace

TEST_CASE("import hands over what was asked for, each file by its own path") {
  Importing fake;
  CHECK(fake.run({"import", "a.html", "/b/../c.csv", "--tag", "x/y", "--tag", "z", "--dry-run", "--snapshot",
                  "--format", "netscape", "--encoding", "gbk", "--states-as-tags"}) == 0);
  REQUIRE(fake.requests.size() == 2);
  CHECK(fake.requests[0].path == fake.folder / "a.html");
  CHECK(fake.requests[1].path == "/c.csv");
  const auto& request = fake.requests[0];
  CHECK(request.tags == std::vector<std::string>{"x/y", "z"});
  CHECK(request.dry_run);
  CHECK(request.snapshot);
  CHECK(request.states_as_tags);
  CHECK(request.format == "netscape");
  CHECK(request.encoding == "gbk");
  CHECK(fake.run({"import"}) == 2);
}

TEST_CASE("progress is shown on a terminal and wiped, and nowhere else") {
  Importing fake;
  fake.report.format = "urls";
  CHECK(fake.run({"import", "a"}) == 0);
  CHECK(fake.err.str().empty());
  fake.context.progress = true;
  CHECK(fake.run({"import", "a"}) == 0);
  CHECK(fake.err.str() == "\r\x1b[Ka: 500 of 2000\r\x1b[K");
}

TEST_CASE("the worker is started when there is work for it") {
  Importing fake;
  fake.report.format = "urls";
  fake.run({"import", "a"});
  CHECK(fake.started == 0);
  fake.report.jobs = 2;
  fake.run({"import", "a", "--snapshot", "--dry-run"});
  CHECK(fake.started == 0);
  CHECK(fake.run({"import", "a", "b", "--snapshot"}) == 0);
  CHECK(fake.started == 1);
  CHECK(fake.out.str().find("2 jobs") != std::string::npos);
  fake.worker = fail(ErrorCode::io, "no such program");
  CHECK(fake.run({"import", "a", "--snapshot"}) == 1);
  CHECK(fake.err.str().find("no such program") != std::string::npos);
}

TEST_CASE("what was skipped is told in part to people, and whole to programs") {
  Importing fake;
  fake.report.format = "netscape";
  for (std::uint64_t i = 1; i <= 12; ++i)
    fake.report.skipped.push_back({i, "about:\x1b[31mblank", "no page"});
  fake.report.skipped_count = 12;
  fake.report.lost["keyword"] = 3;
  fake.report.error = Error{ErrorCode::bad_request, "a: line 9: it broke", "nothing was imported"};
  CHECK(fake.run({"import", "a"}) == 1);
  CHECK(fake.out.str().find('\x1b') == std::string::npos);
  CHECK(fake.out.str().find("skipped, line 10:") != std::string::npos);
  CHECK(fake.out.str().find("skipped, line 11:") == std::string::npos);
  CHECK(fake.out.str().find("2 more skipped") != std::string::npos);
  CHECK(fake.err.str().find("a: line 9: it broke") != std::string::npos);
  CHECK(fake.run({"import", "a", "--json"}) == 1);
  const auto document = json::parse(fake.out.str());
  const auto& item = document.at("items").at(0);
  CHECK(item.at("skipped").size() == 12);
  CHECK(item.at("skipped").at(0).at("line") == 1);
  CHECK(item.at("lost") == json::parse(R"([{"what":"keyword","count":3}])"));
  CHECK(item.at("error").at("code") == "bad_request");
}
