#include "router/router.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "protocol/codec.h"
#include "protocol/retry.h"
#include "router/fit.h"
#include "support/catch.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace keepleaf::test {
namespace {

using namespace protocol;

struct Doors {
  TempDir folder;
  int work_due = 0;

  router::Router open(router::Door door = router::Door::native_port) {
    router::RouterOptions options;
    options.library.folder = folder / "library";
    options.library.state = folder / "state";
    options.door = door;
    options.host_version = "1.2.3";
    options.on_work_due = [this] { ++work_due; };
    return router::Router(std::move(options));
  }
};

template <class Reply>
Reply must(Result<ResponseBody> result) {
  if (!result) FAIL(result.error().message);
  REQUIRE(std::holds_alternative<Reply>(*result));
  // Whatever the router answers fits in a frame.
  CHECK(encode(Response{1, "any", *result}).size() <= kLimits.reply);
  CHECK(encode(Response{1, "any", *result}).find("\"too_large\"") == std::string::npos);
  return std::get<Reply>(std::move(*result));
}
Bytes png(std::size_t size) {
  Bytes bytes = noise(size, 7);
  constexpr std::string_view kMagic = "\x89PNG\r\n\x1a\n";
  std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
  return bytes;
}
ErrorCode code_of(const Result<ResponseBody>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

Hello hello(std::uint32_t lowest, std::uint32_t highest) {
  return {lowest, highest, "extension", "1", "", std::nullopt, {}};
}

LinkAdd link(int number, std::string note = {}) {
  LinkAdd add;
  add.url = "https://a.example/" + std::to_string(number);
  add.note = std::move(note);
  return add;
}

}  // namespace

TEST_CASE("hello picks the highest common version, or says which side to update") {
  Doors doors;
  auto router = doors.open();
  CHECK(must<HelloReply>(router.handle(hello(1, 1))).protocol == 1);
  const auto reply = must<HelloReply>(router.handle(hello(0, 7)));
  CHECK(reply.protocol == 1);
  CHECK(reply.host_version == "1.2.3");
  CHECK(reply.library.id.has_value());
  CHECK(reply.free_bytes > 0);
  const auto newer = router.handle(hello(2, 7));
  CHECK(code_of(newer) == ErrorCode::unsupported_protocol);
  CHECK(newer.error().next.find("program") != std::string::npos);
  const auto older = router.handle(hello(0, 0));
  CHECK(code_of(older) == ErrorCode::unsupported_protocol);
  CHECK(older.error().next.find("extension") != std::string::npos);
}

TEST_CASE("a library that cannot be opened: hello says why, every other request gets that error") {
  Doors doors;
  std::filesystem::create_directories(doors.folder.path());
  { std::ofstream(doors.folder / "library") << "a file"; }
  auto router = doors.open();
  const auto reply = must<HelloReply>(router.handle(hello(1, 1)));
  REQUIRE(reply.library.error.has_value());
  CHECK_FALSE(reply.library.id.has_value());
  CHECK(reply.free_bytes > 0);
  for (const RequestBody& body :
       std::vector<RequestBody>{LinkLookup{"https://a.example/"}, LinkList{}, link(1), TagList{},
                                SnapshotRead{}, JobList{}, LibraryStats{}, LibraryVerify{}})
    CHECK(code_of(router.handle(body)) == reply.library.error->code);
  REQUIRE_FALSE(router.captures());
  CHECK(router.captures().error().code == reply.library.error->code);
  must<Pong>(router.handle(Ping{}));
  CHECK(doors.work_due == 0);
}

TEST_CASE("what may pass is tried again: the library opens once the cause is gone") {
  Doors doors;
  { std::ofstream(doors.folder / "library") << "a file"; }
  auto router = doors.open();
  const auto refused = router.handle(LinkList{});
  REQUIRE_FALSE(refused);
  std::filesystem::remove(doors.folder / "library");
  const bool may_pass = retry_of(refused.error().code) == Retry::later;
  CHECK(router.handle(LinkList{}).has_value() == may_pass);
}

TEST_CASE("a kept link starts the worker, and its allowed hosts count from the command line only") {
  for (const auto door : {router::Door::native_port, router::Door::page, router::Door::command_line}) {
    Doors doors;
    Uuid job;
    {
      auto router = doors.open(door);
      LinkAdd add = link(1);
      add.allowed_hosts = {"localhost:8080"};
      job = must<LinkAddReply>(router.handle(add)).job_id;
      CHECK(must<JobReply>(router.handle(JobShow{job})).job.state == "queued");
    }
    CHECK(doors.work_due == 1);
    auto library = library::Library::open({doors.folder / "library", doors.folder / "state"});
    REQUIRE(library);
    const auto kept = (*library)->job(job);
    REQUIRE(kept);
    REQUIRE(kept->has_value());
    CHECK((*kept)->allowed_hosts.empty() == (door != router::Door::command_line));
  }
}

TEST_CASE("lists become shorter until they fit, and their pages together hold every item once") {
  Doors doors;
  auto router = doors.open();
  constexpr int kLinks = 12;
  for (int i = 0; i < kLinks; ++i) must<LinkAddReply>(router.handle(link(i, std::string(40'000, 'n'))));
  std::set<std::string> seen;
  LinkList query{kLinks, "", false};
  int pages = 0;
  while (true) {
    const auto page = must<LinkListReply>(router.handle(query));
    CHECK(page.total == kLinks);
    REQUIRE_FALSE(page.items.empty());
    for (const LinkItem& item : page.items) {
      CHECK(seen.insert(item.url).second);
      CHECK(item.shortened.empty());
      CHECK(item.note.size() == 40'000);
    }
    ++pages;
    if (!page.next) break;
    query.after = *page.next;
  }
  CHECK(seen.size() == kLinks);
  CHECK(pages >= 2);
}

TEST_CASE("an item too large for any reply is shortened at a character and says so") {
  Doors doors;
  auto router = doors.open();
  std::string note;
  while (note.size() + 3 <= kLimits.note) note += "界";
  const Uuid id = must<LinkAddReply>(router.handle(link(1, note))).link_id;
  const auto check = [&](const LinkItem& item) {
    CHECK(item.shortened == std::vector<std::string>{"note"});
    CHECK(item.note.size() % 3 == 0);
    CHECK(item.note.size() > 10'000);
    CHECK(note.starts_with(item.note));
  };
  check(must<LinkListReply>(router.handle(LinkList{})).items.at(0));
  check(must<LinkShowReply>(router.handle(LinkShow{id})).link);
  check(must<LinkLookupReply>(router.handle(LinkLookup{"https://a.example/1"})).link.value());
  check(must<LinksReply>(router.handle(LinkEdit{id, "title", std::nullopt})).items.at(0));
}

TEST_CASE("tags that are too many for a reply are shortened, too") {
  LinkItem item;
  for (int i = 0; i < 500; ++i) item.tags.push_back(std::string(510, 't'));
  item.note = "a note";
  router::shorten(item, 100'000);
  CHECK(encoded_size(item) <= 100'000);
  CHECK(item.tags.size() > 150);
  CHECK(item.shortened == std::vector<std::string>{"note", "tags"});
  LinkItem small;
  router::shorten(small, 100'000);
  CHECK(small.shortened.empty());
}

TEST_CASE("what does not exist is not_found, whatever asks for it") {
  Doors doors;
  auto router = doors.open();
  const Uuid nobody = Uuid::v7(1);
  for (const RequestBody& body : std::vector<RequestBody>{
           LinkShow{nobody}, LinkEdit{nobody, "t", std::nullopt}, LinkTag{{nobody}, {"t"}, {}},
           ItemRemove{{nobody}}, ItemRestore{{nobody}}, SnapshotShow{nobody, 0}, SnapshotRead{nobody, 0},
           SnapshotMeasured{nobody, {1, "boxes", {800, 600, 1}, {}}}, SnapshotPicture{nobody, "page", 0},
           SnapshotPictured{nobody, {"page", "image/png", 1, 1, false, 0, 0}, png(10)}, JobShow{nobody},
           JobCancel{nobody}, TagRename{"a", "b"}})
    CHECK(code_of(router.handle(body)) == ErrorCode::not_found);
  CHECK(code_of(router.handle(CaptureAbort{nobody})) == ErrorCode::bad_request);
}

TEST_CASE("a snapshot is shown in pages of parts and read in pieces that make up the document") {
  Doors doors;
  auto router = doors.open();
  const Uuid id = Uuid::v7(1'790'000'000'000);
  const std::string html = "<!doctype html><title>t</title><p>" + std::string(400'000, 'x') + "</p>";
  {
    const auto sink = router.captures();
    REQUIRE(sink);
    REQUIRE((*sink)->begin(id, "https://a.example/", 0));
    for (std::size_t at = 0; at < html.size(); at += 300'000)
      REQUIRE((*sink)->write(id, 0, at, as_bytes(std::string_view(html).substr(at, 300'000))));
    const auto ended = (*sink)->end_upload(id, 0, html.size(), std::nullopt);
    REQUIRE(ended);
    std::vector<capture::Part> parts = {
        {0, std::nullopt, "document", "https://a.example/", "text/html", "ok", ended->object}};
    for (std::uint32_t n = 1; n < 40; ++n)
      parts.push_back({n,
                       0,
                       "image",
                       "https://a.example/" + std::string(20'000, 'i') + std::to_string(n),
                       "",
                       "unreachable",
                       {}});
    REQUIRE((*sink)->add_parts(id, parts));
    capture::Page page;
    page.url = "https://a.example/";
    page.taken_at = 1'790'000'000'000;
    REQUIRE((*sink)->commit(id, page, 40));
  }
  const Fidelity fidelity{0.5, "boxes", {1280, 800, 1}, {{39, "image", {-1, 2, 3, 4}}}};
  must<SnapshotMeasuredReply>(router.handle(SnapshotMeasured{id, fidelity}));
  const Bytes picture = png(500'000);
  const PictureInfo about{"page", "image/png", 800, 4000, true, 1'790'000'000'000, 0};
  must<SnapshotPicturedReply>(router.handle(SnapshotPictured{id, about, picture}));
  CHECK(code_of(router.handle(SnapshotPicture{id, "thumbnail", 0})) == ErrorCode::not_found);
  CHECK(code_of(router.handle(SnapshotPicture{id, "page", 500'001})) == ErrorCode::bad_request);
  Bytes pieces;
  while (pieces.size() < picture.size()) {
    const auto piece = must<SnapshotPictureReply>(router.handle(SnapshotPicture{id, "page", pieces.size()}));
    REQUIRE_FALSE(piece.bytes.empty());
    CHECK(piece.size == picture.size());
    CHECK(piece.media_type == "image/png");
    pieces.insert(pieces.end(), piece.bytes.begin(), piece.bytes.end());
  }
  CHECK(pieces == picture);
  std::set<std::uint32_t> seen;
  SnapshotShow show{id, 0};
  int pages = 0;
  while (true) {
    const auto reply = must<SnapshotShowReply>(router.handle(show));
    for (const auto* list : {&reply.resources, &reply.missing})
      for (const ResourceInfo& part : *list) CHECK(seen.insert(part.n).second);
    // With the first parts alone.
    CHECK(reply.fidelity.has_value() == (pages == 0));
    CHECK(reply.pictures.size() == (pages == 0 ? 1 : 0));
    if (!reply.pictures.empty()) {
      CHECK(reply.pictures[0].size == 500'000);
      CHECK(reply.pictures[0].partial);
      CHECK(reply.pictures[0].taken_at == 1'790'000'000'000);
    }
    if (reply.fidelity) {
      CHECK(reply.fidelity->score == 0.5);
      REQUIRE(reply.fidelity->regions.size() == 1);
      CHECK(reply.fidelity->regions[0].part == 39);
      CHECK(reply.fidelity->regions[0].rect.x == -1);
    }
    ++pages;
    if (!reply.next) break;
    show.after = *reply.next;
  }
  CHECK(seen.size() == 40);
  CHECK(pages >= 4);

  std::string read;
  std::uint64_t size = 1;
  while (read.size() < size) {
    const auto piece = must<SnapshotReadReply>(router.handle(SnapshotRead{id, read.size()}));
    REQUIRE_FALSE(piece.bytes.empty());
    CHECK(piece.offset == read.size());
    size = piece.size;
    read += as_text(piece.bytes);
  }
  CHECK(read.size() == size);
  CHECK(read.find(std::string(400'000, 'x')) != std::string::npos);
  CHECK(must<SnapshotReadReply>(router.handle(SnapshotRead{id, size})).bytes.empty());
  CHECK(code_of(router.handle(SnapshotRead{id, size + 1})) == ErrorCode::bad_request);
}

TEST_CASE("the beginning of a text is never cut inside a character") {
  const std::string text = "aé界😀";
  for (std::size_t bytes = 0; bytes <= text.size() + 1; ++bytes) {
    const std::string begun = router::beginning(text, bytes);
    CHECK(begun.size() <= bytes);
    CHECK((begun == "" || begun == "a" || begun == "aé" || begun == "aé界" || begun == text));
  }
}

}  // namespace keepleaf::test
