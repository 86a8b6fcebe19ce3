// What each command asks, prints and answers.
#include <fstream>

#include "fake.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::protocol;
using test::Fake;
using test::kId;
namespace fs = std::filesystem;

namespace {

LinkItem item(const std::string& title = "A page") {
  LinkItem link;
  link.id = test::id();
  link.url = "https://a.example/";
  link.title = title;
  return link;
}

SnapshotShowReply snapshot(const std::string& title = "A page") {
  SnapshotShowReply reply;
  reply.id = test::id();
  reply.title = title;
  reply.taken_at = 1'763'769'301'250;
  return reply;
}

template <class Body>
const Body& only(const Fake& fake) {
  REQUIRE(fake.asked.size() == 1);
  return std::get<Body>(fake.asked.front());
}

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("each command sends the request that its words mean") {
  Fake fake;
  SECTION("list") {
    fake.answer = [](const RequestBody&) { return LinkListReply{{item()}, "cursor", 9}; };
    CHECK(fake.run({"list", "--limit", "7", "--after", "x", "--trashed"}) == 0);
    CHECK(only<LinkList>(fake).limit == 7);
    CHECK(only<LinkList>(fake).after == "x");
    CHECK(only<LinkList>(fake).trashed);
    CHECK(fake.out.str().find("A page\n  https://a.example/\n") != std::string::npos);
    CHECK(fake.err.str() == "1 of 9 links; go on with --after cursor\n");
  }
  SECTION("search") {
    fake.answer = [](const RequestBody&) { return LinkSearchReply{}; };
    CHECK(fake.run({"search", "全文", "tag:work", "--limit", "3"}) == 0);
    CHECK(only<LinkSearch>(fake).query == "全文 tag:work");
    CHECK(only<LinkSearch>(fake).limit == 3);
    CHECK(fake.out.str().empty());
    CHECK(fake.err.str() == "Nothing was found.\n");
  }
  SECTION("search for what is not") {
    fake.answer = [](const RequestBody&) { return LinkSearchReply{}; };
    CHECK(fake.run({"search", "--", "-tag:x"}) == 0);
    CHECK(only<LinkSearch>(fake).query == "-tag:x");
  }
  SECTION("note") {
    fake.answer = [](const RequestBody&) { return LinksReply{{item()}}; };
    CHECK(fake.run({"note", kId, ""}) == 0);
    CHECK(only<LinkEdit>(fake).note == "");
    CHECK_FALSE(only<LinkEdit>(fake).title);
  }
  SECTION("tag add and remove") {
    fake.answer = [](const RequestBody&) { return LinksReply{{item()}}; };
    CHECK(fake.run({"tag", "add", kId, "work/db", "日本語"}) == 0);
    CHECK(only<LinkTag>(fake).add == std::vector<std::string>{"work/db", "日本語"});
    fake.asked.clear();
    CHECK(fake.run({"tag", "remove", kId, "x"}) == 0);
    CHECK(only<LinkTag>(fake).remove == std::vector<std::string>{"x"});
  }
  SECTION("tag rename, merge and move") {
    fake.answer = [](const RequestBody&) { return TagChangeReply{2, "b"}; };
    CHECK(fake.run({"tag", "rename", "a", "b"}) == 0);
    CHECK(only<TagRename>(fake).to == "b");
    CHECK(fake.out.str() == "b  2 links\n");
    fake.asked.clear();
    CHECK(fake.run({"tag", "merge", "a", "b"}) == 0);
    CHECK(only<TagMerge>(fake).from == "a");
    fake.asked.clear();
    CHECK(fake.run({"tag", "move", "a", ""}) == 0);
    CHECK(only<TagMove>(fake).to.empty());
  }
  SECTION("remove and restore, ids in any case") {
    fake.answer = [](const RequestBody&) { return ItemsReply{{test::id()}}; };
    CHECK(fake.run({"remove", "01A2021A-ACD2-70DD-B1CF-0F228B438288", kId}) == 0);
    CHECK(only<ItemRemove>(fake).ids == std::vector<Uuid>{test::id(), test::id()});
    fake.asked.clear();
    CHECK(fake.run({"restore", kId}) == 0);
    CHECK(only<ItemRestore>(fake).ids.size() == 1);
  }
  SECTION("jobs") {
    fake.answer = [](const RequestBody&) { return JobReply{}; };
    CHECK(fake.run({"job", "cancel", kId}) == 0);
    CHECK(only<JobCancel>(fake).id == test::id());
  }
}

TEST_CASE("wrong usage is told on stderr, asks nothing and leaves with 2") {
  Fake fake;
  const auto words =
      GENERATE(values<std::vector<std::string>>({{},
                                                 {"nonsense"},
                                                 {"list", "extra"},
                                                 {"list", "--limit", "0"},
                                                 {"list", "--limit", "201"},
                                                 {"list", "--limit", "many"},
                                                 {"show"},
                                                 {"tag"},
                                                 {"tag", "paint"},
                                                 {"tag", "rename", "a"},
                                                 {"export", kId, "--format", "tar", "-o", "x"},
                                                 {"export", kId, "--format", "html"},
                                                 {"export", "--format", "html", "-o", "x"},
                                                 {"export", kId, "--all", "--format", "html", "-o", "x"},
                                                 {"add"},
                                                 {"add", "u", "--engine", "steam"},
                                                 {"config", "set", "library"},
                                                 {"browser", "install", "--dir", "x"},
                                                 {"browser", "install", "--family", "firefox"},
                                                 {"--nope", "list"}}));
  CHECK(fake.run(words) == 2);
  CHECK(fake.out.str().empty());
  CHECK(fake.err.str().starts_with("keepleaf: "));
  CHECK(fake.asked.empty());
}

TEST_CASE("an unknown command is named") {
  Fake fake;
  fake.run({"nonsense"});
  CHECK(fake.err.str() == "keepleaf: there is no command \"nonsense\" here\n  next: keepleaf --help\n");
  fake.run({"tag", "paint"});
  CHECK(fake.err.str() == "keepleaf: there is no command \"paint\" here\n  next: keepleaf tag --help\n");
}

TEST_CASE("a failure says what failed, what was kept and what to do, and leaves with 1") {
  Fake fake;
  fake.answer = [](const RequestBody&) {
    return fail(ErrorCode::no_space, "the disk is full", "everything", "make room");
  };
  CHECK(fake.run({"list"}) == 1);
  CHECK(fake.out.str().empty());
  CHECK(fake.err.str() == "keepleaf: the disk is full\n  kept: everything\n  next: make room\n");
  CHECK(fake.run({"--json", "list"}) == 1);
  CHECK(fake.out.str() ==
        "{\"error\":{\"code\":\"no_space\",\"message\":\"the disk is "
        "full\",\"kept\":\"everything\",\"next\":\"make "
        "room\",\"retry\":\"later\"}}\n");
  CHECK(fake.run({"show", "17"}) == 1);
  CHECK(fake.err.str().find("is no id") != std::string::npos);
}

TEST_CASE("--json stands before or behind the command, and prints the reply's body and nothing else") {
  Fake fake;
  fake.answer = [](const RequestBody&) { return ItemsReply{{test::id()}}; };
  const auto wanted = std::string("{\"ids\":[\"") + kId + "\"]}\n";
  CHECK(fake.run({"--json", "remove", kId}) == 0);
  CHECK(fake.out.str() == wanted);
  CHECK(fake.run({"remove", kId, "--json"}) == 0);
  CHECK(fake.out.str() == wanted);
  CHECK(fake.err.str().empty());
}

TEST_CASE("show falls back from link to snapshot, and gathers all of its parts") {
  Fake fake;
  fake.answer = [](const RequestBody& body) -> Result<ResponseBody> {
    if (std::holds_alternative<LinkShow>(body)) return fail(ErrorCode::not_found, "no such link");
    auto reply = snapshot();
    const auto after = std::get<SnapshotShow>(body).after;
    ResourceInfo part;
    part.n = after;
    part.status = "ok";
    reply.resources = {part};
    if (after < 2) reply.next = after + 1;
    return reply;
  };
  CHECK(fake.run({"show", kId, "--json"}) == 0);
  CHECK(fake.asked.size() == 4);
  CHECK(fake.out.str().find("\"next\":null") != std::string::npos);
  fake.answer = [](const RequestBody&) { return fail(ErrorCode::not_found, "none"); };
  CHECK(fake.run({"show", kId}) == 1);
  CHECK(fake.err.str().find("no link and no snapshot") != std::string::npos);
}

TEST_CASE("show says how a snapshot compares with what was seen, and rounds no loss away") {
  Fake fake;
  auto reply = snapshot();
  fake.answer = [&](const RequestBody& body) -> Result<ResponseBody> {
    if (std::holds_alternative<LinkShow>(body)) return fail(ErrorCode::not_found, "no such link");
    return reply;
  };
  CHECK(fake.run({"show", kId}) == 0);
  CHECK(fake.out.str().find("as seen") == std::string::npos);
  reply.fidelity = Fidelity{0.99996, "boxes", {1280, 800, 1}, {{3, "image", {-8, 16, 320, 240}}}};
  CHECK(fake.run({"show", kId}) == 0);
  CHECK(fake.out.str().find("as seen: 99.9 % by boxes\n") != std::string::npos);
  CHECK(fake.out.str().find("320x240 at -8,16") != std::string::npos);
}

TEST_CASE("show names the pictures of a snapshot, and says where one ends before its page") {
  Fake fake;
  auto reply = snapshot();
  fake.answer = [&](const RequestBody& body) -> Result<ResponseBody> {
    if (std::holds_alternative<LinkShow>(body)) return fail(ErrorCode::not_found, "no such link");
    return reply;
  };
  CHECK(fake.run({"show", kId}) == 0);
  CHECK(fake.out.str().find("pictures") == std::string::npos);
  reply.pictures = {{"page", "image/webp", 1280, 16000, true, 1'790'000'000'000, 900'000},
                    {"thumbnail", "image/jpeg", 640, 400, false, 1'790'000'000'000, 30'000}};
  CHECK(fake.run({"show", kId}) == 0);
  const std::string out = fake.out.str();
  CHECK(out.find("1280x16000, the page goes on") != std::string::npos);
  CHECK(out.find("thumbnail") != std::string::npos);
  CHECK(out.find("640x400,") == std::string::npos);
}

TEST_CASE("verify leaves with 1 when the library is damaged, and prints the findings") {
  Fake fake;
  fake.answer = [](const RequestBody&) {
    return LibraryVerifyReply{false, 1, 1, 10, {{"object_digest", "ab", "differs"}}};
  };
  CHECK(fake.run({"verify", "--deep"}) == 1);
  CHECK(only<LibraryVerify>(fake).deep);
  CHECK(fake.out.str().starts_with("object_digest  ab  differs\nDAMAGED"));
}

TEST_CASE("export writes a file as a whole, and overwrites none without --force") {
  Fake fake;
  fake.answer = [](const RequestBody&) { return snapshot(); };
  const auto file = fake.folder / "page.html";
  CHECK(fake.run({"export", kId, "--format", "html", "-o", "page.html"}) == 0);
  CHECK(text_of(file) == "hi");
  fake.document.bytes = {'n', 'e', 'w'};
  CHECK(fake.run({"export", kId, "--format", "html", "-o", file.string()}) == 1);
  CHECK(text_of(file) == "hi");
  CHECK(fake.err.str().find("--force") != std::string::npos);
  CHECK(fake.run({"export", kId, "--format", "html", "-o", file.string(), "--force"}) == 0);
  CHECK(text_of(file) == "new");
  CHECK(std::distance(fs::directory_iterator(fake.folder.path()), {}) == 1);
  CHECK(fake.run({"export", kId, "--format", "html", "-o", "-"}) == 0);
  CHECK(fake.out.str() == "new");
  CHECK(fake.run({"export", kId, kId, "--format", "html", "-o", "-"}) == 1);
  CHECK(fake.run({"export", kId, kId, "--format", "html", "-o", file.string()}) == 1);
}

TEST_CASE("export writes a picture out of its pieces, named by its type, and says where there is none") {
  Fake fake;
  fake.answer = [](const RequestBody& body) -> Result<ResponseBody> {
    const auto* ask = std::get_if<SnapshotPicture>(&body);
    if (ask == nullptr) return snapshot();
    if (ask->kind != "page") return fail(ErrorCode::not_found, "no picture of this kind");
    const auto next = static_cast<std::uint8_t>('a' + ask->offset);
    return SnapshotPictureReply{ask->id, ask->kind, ask->offset, 3, "image/webp", {next}};
  };
  CHECK(fake.run({"export", kId, "--format", "picture", "-o", "out/"}) == 0);
  const auto file = fs::directory_iterator(fake.folder / "out")->path();
  CHECK(file.extension() == ".webp");
  CHECK(text_of(file) == "abc");
  CHECK(fake.run({"export", kId, "--format", "thumbnail", "-o", "thumbnail.webp"}) == 1);
  CHECK(fake.err.str().find("no picture of this kind") != std::string::npos);
  CHECK_FALSE(fs::exists(fake.folder / "thumbnail.webp"));
}

TEST_CASE("export does not write through a link that dangles") {
  Fake fake;
  fake.answer = [](const RequestBody&) { return snapshot(); };
  fs::create_symlink(fake.folder / "elsewhere", fake.folder / "link");
  CHECK(fake.run({"export", kId, "--format", "html", "-o", "link"}) == 1);
  CHECK_FALSE(fs::exists(fake.folder / "elsewhere"));
}

TEST_CASE("a folder is filled with names that a title can't misuse") {
  Fake fake;
  fake.answer = [](const RequestBody&) { return snapshot("../..\\etc/\x1b[31m: 日本語 \"?*"); };
  CHECK(fake.run({"export", kId, "--format", "html", "-o", "out/"}) == 0);
  const auto name = fs::directory_iterator(fake.folder / "out")->path().filename().string();
  CHECK(name == "etc [31m 日本語 2025-11-21 8b438288.html");
  fake.answer = [](const RequestBody&) { return snapshot(std::string(4000, 'x')); };
  CHECK(fake.run({"export", kId, "--format", "html", "-o", "long/"}) == 0);
  CHECK(fs::directory_iterator(fake.folder / "long")->path().filename().string().size() < 200);
}

TEST_CASE("export of several goes on after a failure, and says so by its exit code") {
  Fake fake;
  int count = 0;
  fake.answer = [&](const RequestBody& body) -> Result<ResponseBody> {
    if (std::holds_alternative<LinkShow>(body) || ++count == 1) return fail(ErrorCode::not_found, "none");
    return snapshot();
  };
  CHECK(fake.run({"export", kId, kId, "--format", "html", "-o", "out", "--json"}) == 1);
  CHECK(fake.out.str().find("\"code\":\"not_found\"") != std::string::npos);
  CHECK(fake.out.str().find("\"size\":2,\"error\":null") != std::string::npos);
}

TEST_CASE("open writes a private file, and no file that could run code") {
  Fake fake;
  fake.answer = [](const RequestBody&) { return snapshot(); };
  CHECK(fake.run({"open", kId, "--print"}) == 0);
  const fs::path file = fake.folder / "runtime" / "open" / (std::string(kId) + ".html");
  CHECK(fake.out.str() == file.string() + "\n");
  CHECK((fs::status(file).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
  CHECK((fs::status(file.parent_path()).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
  fake.document.media_type = "image/svg+xml";
  CHECK(fake.run({"open", kId, "--print"}) == 1);
  CHECK(fake.err.str().find("could run code") != std::string::npos);
}

TEST_CASE("open of a link shows its newest snapshot that is not in the trash") {
  Fake fake;
  const auto second = *Uuid::parse("01a2021a-acd2-70dd-b1cf-000000000002");
  fake.answer = [&](const RequestBody& body) -> Result<ResponseBody> {
    if (std::holds_alternative<SnapshotShow>(body)) return fail(ErrorCode::not_found, "none");
    return LinkShowReply{item(),
                         {{test::id(), 2, capture::Engine::tab, "trashed", {}},
                          {second, 1, capture::Engine::tab, "complete", {}}}};
  };
  CHECK(fake.run({"open", kId, "--print"}) == 0);
  CHECK(fake.read == std::vector<Uuid>{second});
  fake.answer = [&](const RequestBody& body) -> Result<ResponseBody> {
    if (std::holds_alternative<SnapshotShow>(body)) return fail(ErrorCode::not_found, "none");
    return LinkShowReply{item(), {}};
  };
  CHECK(fake.run({"open", kId, "--print"}) == 1);
  CHECK(fake.err.str().find("has no snapshot") != std::string::npos);
}
