// Imports into a library: what is merged, what is said, that a second time changes nothing, and that what
// goes out comes in again.
#include <fstream>

#include "fixture.h"
#include "store/database.h"

using namespace keepleaf;
using namespace keepleaf::test;
using List = std::vector<std::string>;

namespace {

struct Desk {
  TempDir dir;
  OpenLibrary library{dir};

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(dir / name, std::ios::binary) << text;
    return dir / name;
  }
  library::ImportReport import(const std::string& text, library::ImportRequest request = {}) {
    request.path = write("file", text);
    return library->import_file(request, {});
  }
  std::string exported(page::LinkFormat format) {
    std::string out;
    must(library->write_links(format, {}, [&](std::string_view text) -> Status {
      out += text;
      return {};
    }));
    return out;
  }
  std::unique_ptr<store::Database> database() const {
    return must(store::Database::open(library.folder / "library.db", store::OpenMode::read_only));
  }
  std::vector<library::Link> links() { return must(library->list({200, "", false})).items; }
};

std::string lines(const List& records) {
  std::string text = "{\"keepleaf\":\"library\",\"version\":1}\n";
  for (const auto& record : records) text += "{\"type\":\"link\"," + record + "}\n";
  return text + "{\"type\":\"end\"}\n";
}

bool unchanged(const library::ImportReport& report) {
  return report.links_new == 0 && report.links_updated == 0 && report.tags == 0 && report.notes == 0 &&
         report.jobs == 0;
}

}  // namespace

TEST_CASE("an import adds what is missing and leaves what a person wrote") {
  Desk desk;
  const auto mine = must(desk.library->add({"https://a.example/", "Mine", "my note", {"Kept"}, "auto", {}}));
  const auto text =
      lines({R"("url":"https://a.example/","title":"Theirs","note":"note","tags":["kept","new"],)"
             R"("created_at":"2001-02-03T04:05:06.789Z")",
             R"("url":"https://b.example/","title":"B","note":"n","created_at":"2002-02-03T04:05:06Z")"});
  const auto report = desk.import(text);
  REQUIRE_FALSE(report.error);
  CHECK(report.format == "jsonl");
  CHECK(report.links_new == 1);
  CHECK(report.links_updated == 1);
  CHECK(report.tags == 1);
  CHECK(report.notes == 2);
  const auto link = *must(desk.library->link(mine.link_id));
  CHECK(link.title == "Mine");
  CHECK(link.note == "my note\n\nnote");  // "note" stands in "my note", but not as a block of its own
  CHECK(link.tags == List{"Kept", "new"});
  CHECK(format_time(link.created_at) == "2001-02-03T04:05:06.789Z");
  CHECK(desk.library.found("new") == List{"https://a.example/"});

  const auto again = desk.import(text);
  CHECK(unchanged(again));
  CHECK(again.links_known == 2);
  CHECK(must(desk.library->jobs({})).total == 1);  // that of add
}

TEST_CASE("a dry run tells exactly what the import then does, and changes nothing") {
  Desk desk;
  must(desk.library->add({"https://a.example/", {}, {}, {}, "auto", {}}));
  const auto text =
      lines({R"("url":"https://a.example/","title":"A")", R"("url":"https://b.example/","tags":["x"])",
             R"("url":"https://b.example/#again","tags":["x","y"],"note":"late")",
             R"("url":"https://b.example/","tags":["y"])", R"("url":"about:blank")"});
  library::ImportRequest request;
  request.snapshot = true;
  request.tags = {"from/file"};
  request.dry_run = true;
  const auto before = desk.exported(page::LinkFormat::netscape);
  const auto dry = desk.import(text, request);
  CHECK(desk.exported(page::LinkFormat::netscape) == before);
  CHECK(must(desk.library->jobs({})).total == 1);
  request.dry_run = false;
  const auto real = desk.import(text, request);
  CHECK(real.links_new == 1);
  CHECK(real.links_updated == 2);
  CHECK(real.links_known == 1);
  CHECK(real.tags == 4);
  CHECK(real.notes == 1);
  CHECK(real.jobs == 1);  // a.example waits for its own
  CHECK(real.skipped_count == 1);
  CHECK(dry.links_new == real.links_new);
  CHECK(dry.links_updated == real.links_updated);
  CHECK(dry.links_known == real.links_known);
  CHECK(dry.tags == real.tags);
  CHECK(dry.notes == real.notes);
  CHECK(dry.jobs == real.jobs);
  CHECK(unchanged(desk.import(text, request)));
}

TEST_CASE("what exceeds a limit is named, and the rest is taken") {
  Desk desk;
  std::string tags;
  for (int i = 0; i < 501; ++i) tags += (i > 0 ? "," : "") + ("\"t" + std::to_string(i) + "\"");
  std::string deep = "a";
  for (int i = 0; i < 16; ++i) deep += "/a";
  const auto report =
      desk.import(lines({R"("url":"https://a.example/","title":")" + std::string(5000, 't') + "\"",
                         R"("url":"https://b.example/","note":")" + std::string((1 << 20) + 1, 'n') + "\"",
                         R"("url":"https://c.example/","tags":[)" + tags + "]",
                         R"("url":"https://d.example/","tags":[")" + deep + "\"]",
                         R"("url":"https://e.example/)" + std::string(65 << 10, 'e') + "\"",
                         R"("url":"https://f.example/","created_at":"2999-01-01T00:00:00Z")"}));
  REQUIRE_FALSE(report.error);
  CHECK(report.links_new == 5);
  REQUIRE(report.changed.size() == 5);
  CHECK(report.changed[0].reason.find("(limit: title)") != std::string::npos);
  CHECK(report.changed[1].reason.find("(limit: note)") != std::string::npos);
  CHECK(report.changed[2].reason.find("(limit: tags_per_link)") != std::string::npos);
  CHECK(report.changed[3].reason.find("(limit: tag_depth)") != std::string::npos);
  CHECK(report.changed[4].reason.find("future") != std::string::npos);
  CHECK(report.changed[4].line == 7);
  REQUIRE(report.skipped.size() == 1);
  CHECK(report.skipped[0].line == 6);
  CHECK(report.skipped[0].subject.size() <= 1024);
}

TEST_CASE("a file that breaks off changes nothing, wherever it does") {
  Desk desk;
  const auto whole =
      lines({R"("url":"https://a.example/","title":"A","tags":["x"])", R"("url":"https://b.example/")"});
  for (std::size_t size = 1; size < whole.size() - 1; size += 7) {
    const auto report = desk.import(whole.substr(0, size));
    INFO(size);
    REQUIRE(report.error);
    CHECK(report.error->kept == "nothing was imported");
    CHECK(report.error->message.starts_with(desk.dir.path().string()));
  }
  CHECK(desk.links().empty());
}

TEST_CASE("links in the trash stay there") {
  Desk desk;
  const auto added = must(desk.library->add({"https://a.example/", {}, {}, {}, "auto", {}}));
  must(desk.library->remove({added.link_id}));
  const auto report = desk.import("https://a.example/\n");
  CHECK(unchanged(report));
  REQUIRE(report.skipped.size() == 1);
  CHECK(report.skipped[0].reason.find("restore " + added.link_id.str()) != std::string::npos);
  CHECK(desk.links().empty());
}

TEST_CASE("states are counted as lost, or become tags when that is asked for") {
  Desk desk;
  const std::string text = "title,url,time_added,tags,status\nT,https://a.example/,1600000000,,archive\n";
  const auto lost = desk.import(text);
  CHECK(lost.lost.at("state: archived") == 1);
  CHECK(desk.links()[0].tags.empty());
  library::ImportRequest request;
  request.states_as_tags = true;
  const auto kept = desk.import(text, request);
  CHECK(kept.lost.empty());
  CHECK(kept.links_updated == 1);
  CHECK(desk.links()[0].tags == List{"archived"});
}

TEST_CASE("what goes out comes in again with nothing lost") {
  Desk desk;
  const auto at = [](UnixMs ms) { return std::optional<UnixMs>(ms); };
  must(desk.library->add({"https://a.example/?q=\"<&>'#frag",
                          "  A  \"title\" <b>&amp;  ",
                          "line one\n\n- two\n<dd>&lt; 三",
                          {"a, b", "50%/x", "深い/タグ", "two  spaces", "linkding:archived", "q\"uote"},
                          "auto",
                          {},
                          at(1600000000123)}));
  must(desk.library->add({"https://b.example/", {}, {}, {}, "auto", {}, at(1500000000000)}));
  must(desk.library->add({"https://c.example/",
                          "https://c.example/",
                          std::string(300'000, 'n'),
                          {"x/y"},
                          "auto",
                          {},
                          at(1400000000001)}));
  desk.library.keep(take("https://d.example/", "D", "text", desk.library.clock.time));

  for (const auto format :
       {page::LinkFormat::jsonl, page::LinkFormat::netscape, page::LinkFormat::markdown}) {
    Desk other;
    const auto report = other.import(desk.exported(format));
    REQUIRE_FALSE(report.error);
    CHECK(report.links_new == 4);
    CHECK(report.changed.empty());
    CHECK(report.skipped.empty());
    const auto mine = desk.links();
    const auto theirs = other.links();
    REQUIRE(mine.size() == theirs.size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      INFO(mine[i].url);
      CHECK(theirs[i].id == mine[i].id);
      CHECK(theirs[i].url == mine[i].url);
      CHECK(theirs[i].note == mine[i].note);
      CHECK(theirs[i].tags == mine[i].tags);
      CHECK(theirs[i].created_at == mine[i].created_at);
      if (format == page::LinkFormat::jsonl) CHECK(theirs[i].title == mine[i].title);
    }
    CHECK(unchanged(desk.import(desk.exported(format))));
  }

  // A plain list has place for addresses and titles.
  Desk other;
  CHECK(other.import(desk.exported(page::LinkFormat::text)).links_new == 4);
  const auto mine = desk.links();
  for (const auto& link : mine) CHECK(must(other.library->link(link.id)));
}

TEST_CASE("a link that a file names many times is written once, with all that was said of it") {
  Desk desk;
  List records;
  for (int i = 0; i < 1200; ++i)
    records.push_back(R"("url":"https://a.example/#)" + std::to_string(i) + R"(","note":"n)" +
                      std::to_string(i) + R"(","tags":["t)" + std::to_string(i % 3) + R"("],"created_at":")" +
                      format_time(1'600'000'000'000 - i) + "\"");
  const auto report = desk.import(lines(records));
  CHECK(report.links_new == 1);
  CHECK(report.links_updated == 1199);
  CHECK(report.notes == 1200);
  CHECK(report.tags == 3);
  const auto link = desk.links().at(0);
  CHECK(link.url == "https://a.example/#0");
  CHECK(link.created_at == 1'600'000'000'000 - 1199);
  CHECK(link.tags == List{"t0", "t1", "t2"});
  CHECK(link.note.starts_with("n0\n\nn1\n\n"));
  CHECK(link.note.ends_with("\n\nn1199"));
  const auto opened = desk.database();
  store::Database& database = *opened;
  CHECK(must(store::guard("count", [&] {
          store::Query query(database, "SELECT count(*) FROM change WHERE field = 'note'");
          query.step();
          return query.integer(0);
        })) == 3);  // one a batch
  CHECK(unchanged(desk.import(lines(records))));
}

TEST_CASE("a list may be of some links, or of the links of snapshots") {
  Desk desk;
  const auto taken = take("https://d.example/", "D", "text", desk.library.clock.time);
  desk.library.keep(taken);
  must(desk.library->add({"https://b.example/", {}, {}, {}, "auto", {}}));
  std::string out;
  const auto collect = [&](std::string_view text) -> Status {
    out += text;
    return {};
  };
  must(desk.library->write_links(page::LinkFormat::text, std::vector{taken.id}, collect));
  CHECK(out == "https://d.example/ D\n");
  CHECK(code_of(desk.library->write_links(page::LinkFormat::text, std::vector{Uuid::v7(1)}, collect)) ==
        ErrorCode::not_found);
  const auto read = must(desk.library->reading(taken.id, library::Reading::markdown));
  CHECK(std::string(as_text(read.bytes)).ends_with("---\n\ntext\n"));
  CHECK(as_text(must(desk.library->reading(taken.id, library::Reading::text)).bytes) == "text");
}

TEST_CASE("a link that is added may have been saved before, but not later than now") {
  Desk desk;
  const auto add = [&](UnixMs at) {
    return desk.library->add({"https://a.example/", {}, {}, {}, "auto", {}, std::optional<UnixMs>(at)});
  };
  const auto id = must(add(1'600'000'000'000)).link_id;
  CHECK(must(desk.library->link(id))->created_at == 1'600'000'000'000);
  must(add(1'700'000'000'000));
  CHECK(must(desk.library->link(id))->created_at == 1'600'000'000'000);
  must(add(1'500'000'000'000));
  CHECK(must(desk.library->link(id))->created_at == 1'500'000'000'000);
  CHECK(code_of(add(desk.library.clock.time + 2 * 86'400'000)) == ErrorCode::bad_request);
  CHECK(code_of(add(0)) == ErrorCode::bad_request);
}
