#include <algorithm>

#include "fixture.h"
#include "library/limits.h"

using namespace keepleaf;
using namespace keepleaf::test;
using List = std::vector<std::string>;

TEST_CASE("a capture becomes a snapshot with its parts, its text and its link") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken taken =
      take("https://user:secret@Example.org/a?utm_source=x#top", "A leaf", "green words", library.clock.time);
  taken.items.push_back({"image", noise(300'000, 1), "image/png"});
  taken.items.push_back({"image", noise(300'000, 1), "image/png"});
  taken.items.push_back({"style", Bytes(9000, 'x'), "text/css"});
  taken.page.redirects = {"https://user:secret@example.org/b"};
  taken.page.language = "en";
  taken.page.viewport = capture::Viewport{1280, 800, 1.5};
  taken.page.tags = {" work / db ", "Work/DB"};
  taken.page.note = "mine";
  const auto committed = library.keep(taken);
  CHECK(committed.snapshot_id == taken.id);
  CHECK(committed.new_link);
  CHECK(committed.versions == 1);
  CHECK(committed.objects_new == 3);
  CHECK(committed.objects_known == 0);
  CHECK(committed.size_raw == taken.items[0].bytes.size() + 300'000 + 9000);
  CHECK(committed.size_stored < committed.size_raw);

  const auto snapshot = must(library->snapshot(taken.id));
  REQUIRE(snapshot);
  CHECK(snapshot->link_id == committed.link_id);
  CHECK(snapshot->title == "A leaf");
  CHECK(snapshot->url.find("secret") == std::string::npos);
  CHECK(snapshot->redirects == List{"https://example.org/b"});
  REQUIRE(snapshot->parts.size() == 4);
  CHECK(snapshot->parts[1].size == 300'000);
  CHECK(snapshot->text_length > 0);
  const auto link = must(library->link(committed.link_id));
  REQUIRE(link);
  CHECK(link->title == "A leaf");
  CHECK(link->note == "mine");
  CHECK(link->tags == List{"work/db"});
  CHECK(link->snapshot_count == 1);
  CHECK(link->url.find("secret") == std::string::npos);

  const auto source = must(library->objects(taken.id));
  for (std::size_t n = 0; n < taken.items.size(); ++n)
    CHECK(must(source->read(*source->parts()[n].object)) == taken.items[n].bytes);
  CHECK(library.found("green") == List{link->url});
  const auto file = must(library->document(taken.id));
  CHECK(file.media_type.find("text/html") == 0);
  CHECK(as_text(file.bytes).find("Content-Security-Policy") != std::string_view::npos);
  CHECK(as_text(must(library->replay(taken.id)).bytes).find("Content-Security-Policy") ==
        std::string_view::npos);

  CHECK(must(library->staged()).empty());
  CHECK(std::filesystem::is_empty(library.folder / "staging"));
  const auto verified = must(library->verify(true));
  CHECK(verified.ok);
  CHECK(verified.findings.empty());
  CHECK(verified.objects == 4);

  SECTION("committing again, or beginning again, answers the same; in another process too") {
    const auto same = [&](const capture::Committed& other) {
      CHECK(other.link_id == committed.link_id);
      CHECK(other.snapshot_id == committed.snapshot_id);
      CHECK(other.new_link == committed.new_link);
      CHECK(other.versions == committed.versions);
      CHECK(other.size_raw == committed.size_raw);
      CHECK(other.size_stored == committed.size_stored);
      CHECK(other.objects_new == committed.objects_new);
      CHECK(other.objects_known == committed.objects_known);
    };
    same(must(library->captures().commit(taken.id, taken.page, 4)));
    library.later();
    library.reopen();
    const auto begun = must(library->captures().begin(taken.id, taken.page.url, 0));
    CHECK(begun.state == capture::BeginState::committed);
    REQUIRE(begun.committed);
    same(*begun.committed);
    must(library->captures().abort(taken.id));
    CHECK(must(library->snapshot(taken.id)));
  }
  SECTION("taken again, the bytes are known and only the record is new") {
    Taken again = taken;
    again.id = Uuid::v7(library.later());
    const auto second = library.keep(again);
    CHECK_FALSE(second.new_link);
    CHECK(second.versions == 2);
    CHECK(second.objects_new == 0);
    CHECK(second.objects_known == 3);
    CHECK(second.size_stored == 0);
    CHECK(second.link_id == committed.link_id);
    CHECK(must(library->captures().begin(again.id, again.page.url, 0)).committed->objects_known == 3);
    CHECK(must(library->stats()).texts == 1);
  }
}

TEST_CASE("a capture that was cut off goes on where it was durable") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken taken = take("https://example.org/", "t", "b", library.clock.time);
  taken.items.push_back({"image", noise(3 << 20, 1), "image/png"});
  {
    auto& sink = library->captures();
    CHECK(must(sink.begin(taken.id, taken.page.url, 0)).state == capture::BeginState::fresh);
    must(sink.write(taken.id, 1, 0, BytesView(taken.items[1].bytes).first(1 << 20)));
    must(sink.sync(taken.id));
    must(sink.write(taken.id, 1, 1 << 20, BytesView(taken.items[1].bytes).subspan(1 << 20, 1000)));
    REQUIRE(must(library->staged()).size() == 1);
    CHECK(must(library->staged())[0].url == "https://example.org/");
  }
  library.reopen();
  CHECK(must(library->staged()).size() == 1);
  CHECK(must(library->list({})).total == 0);
  auto& sink = library->captures();
  const auto begun = must(sink.begin(taken.id, taken.page.url, 0));
  CHECK(begun.state == capture::BeginState::resumed);
  REQUIRE(begun.uploads.size() == 1);
  CHECK(begun.uploads[0].durable >= 1U << 20);
  const auto from = begun.uploads[0].received;
  must(sink.write(taken.id, 1, from, BytesView(taken.items[1].bytes).subspan(from)));
  must(sink.end_upload(taken.id, 1, 3 << 20, std::nullopt));
  must(sink.write(taken.id, 0, 0, taken.items[0].bytes));
  must(sink.end_upload(taken.id, 0, taken.items[0].bytes.size(), std::nullopt));
  must(sink.add_parts(taken.id, taken.parts()));
  must(sink.commit(taken.id, taken.page, 2));
  CHECK(must(library->verify(true)).findings.empty());
  CHECK(std::filesystem::is_empty(library.folder / "staging"));
}

TEST_CASE("a commit that names bytes that have not arrived is incomplete, and can be completed") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken taken = take("https://example.org/", "t", "b", library.clock.time);
  taken.items.push_back({"image", noise(1000, 1), "image/png"});
  auto& sink = library->captures();
  must(sink.begin(taken.id, taken.page.url, 0));
  must(sink.write(taken.id, 0, 0, taken.items[0].bytes));
  must(sink.end_upload(taken.id, 0, taken.items[0].bytes.size(), std::nullopt));
  must(sink.add_parts(taken.id, taken.parts()));
  const auto refused = sink.commit(taken.id, taken.page, 2);
  CHECK(code_of(refused) == ErrorCode::incomplete);
  CHECK(refused.error().message.find(sha256(taken.items[1].bytes).hex()) != std::string::npos);
  CHECK(must(library->list({})).total == 0);
  must(sink.write(taken.id, 5, 0, taken.items[1].bytes));
  CHECK(code_of(sink.commit(taken.id, taken.page, 2)) == ErrorCode::incomplete);  // it was not ended
  must(sink.end_upload(taken.id, 5, 1000, std::nullopt));
  must(sink.commit(taken.id, taken.page, 2));
}

TEST_CASE("a capture that was aborted leaves nothing, also when its process is gone") {
  TempDir dir;
  OpenLibrary library(dir);
  const Taken taken = take("https://example.org/", "t", "b", library.clock.time);
  const auto stage = [&] {
    must(library->captures().begin(taken.id, taken.page.url, 0));
    must(library->captures().write(taken.id, 0, 0, taken.items[0].bytes));
    must(library->captures().sync(taken.id));
  };
  stage();
  must(library->captures().abort(taken.id));
  CHECK(std::filesystem::is_empty(library.folder / "staging"));
  CHECK(code_of(library->captures().write(taken.id, 0, 0, taken.items[0].bytes)) == ErrorCode::not_found);
  stage();
  library.reopen();
  must(library->captures().abort(taken.id));
  CHECK(std::filesystem::is_empty(library.folder / "staging"));
  must(library->captures().abort(Uuid::v7(1)));
}

TEST_CASE("parts that make no sense are refused, and nothing of their batch is taken") {
  TempDir dir;
  OpenLibrary library(dir);
  const Taken taken = take("https://example.org/", "t", "b", library.clock.time);
  auto& sink = library->captures();
  must(sink.begin(taken.id, taken.page.url, 0));
  must(sink.write(taken.id, 0, 0, taken.items[0].bytes));
  must(sink.end_upload(taken.id, 0, taken.items[0].bytes.size(), std::nullopt));
  const capture::Part good = taken.parts()[0];
  const auto refused = [&](auto change) {
    capture::Part bad = good;
    bad.n = 1;
    bad.parent = 0;
    change(bad);
    return code_of(sink.add_parts(taken.id, {good, bad}));
  };
  CHECK(refused([](auto& part) { part.parent.reset(); }) == ErrorCode::bad_request);
  CHECK(refused([](auto& part) { part.parent = 1; }) == ErrorCode::bad_request);
  CHECK(refused([](auto& part) { part.role.clear(); }) == ErrorCode::bad_request);
  CHECK(refused([](auto& part) { part.status = "unreachable"; }) == ErrorCode::bad_request);
  CHECK(refused([](auto& part) { part.object.reset(); }) == ErrorCode::bad_request);
  CHECK(refused([](auto& part) { part.n = library::kLimits.parts; }) == ErrorCode::too_large);
  CHECK(refused([](auto& part) { part.url.assign(library::kLimits.url + 1, 'u'); }) == ErrorCode::too_large);
  CHECK(code_of(sink.commit(taken.id, taken.page, 0)) == ErrorCode::bad_request);
  CHECK(code_of(sink.commit(taken.id, taken.page, 1)) == ErrorCode::bad_request);

  capture::Part stray = good;
  stray.n = 2;
  stray.parent = 0;
  CHECK(must(sink.add_parts(taken.id, {good, stray})) == 2);
  CHECK(code_of(sink.commit(taken.id, taken.page, 2)) == ErrorCode::bad_request);  // number 1 is missing
  capture::Part missing = stray;
  missing.n = 1;
  missing.parent = 7;
  missing.status = "unreachable";
  missing.object.reset();
  missing.url.assign(library::kLimits.url, 'u');
  CHECK(must(sink.add_parts(taken.id, {missing})) == 3);
  CHECK(code_of(sink.commit(taken.id, taken.page, 3)) == ErrorCode::bad_request);  // no such parent
  missing.parent = 0;
  CHECK(must(sink.add_parts(taken.id, {missing})) == 3);
  must(sink.commit(taken.id, taken.page, 3));
  CHECK(must(library->link(must(library->list({})).items[0].id))->snapshots[0].partial);
}

TEST_CASE("limits hold at their value and refuse one more, naming themselves") {
  TempDir dir;
  OpenLibrary library(dir);
  auto& sink = library->captures();
  const auto& limits = library::kLimits;
  const auto commit = [&](auto change) {
    Taken taken = take("https://example.org/", "t", "b", library.later());
    change(taken.page);
    return taken.send(sink);
  };
  const auto refused = [&](const auto& result, const std::string& limit) {
    CHECK(code_of(result) == ErrorCode::too_large);
    CHECK(result.error().message.find("limit: " + limit) != std::string::npos);
  };
  must(commit([&](auto& page) { page.title.assign(limits.title, 't'); }));
  refused(commit([&](auto& page) { page.title.assign(limits.title + 1, 't'); }), "title");
  must(commit([&](auto& page) { page.note = std::string(limits.note, 'n'); }));
  refused(commit([&](auto& page) { page.note = std::string(limits.note + 1, 'n'); }), "note");
  must(commit([&](auto& page) { page.tags = {std::string(limits.tag, 't')}; }));
  refused(commit([&](auto& page) { page.tags = {std::string(limits.tag + 1, 't')}; }), "tag");
  std::string deep = "0";
  for (std::uint64_t level = 1; level < limits.tag_depth; ++level) deep += "/" + std::to_string(level);
  must(commit([&](auto& page) { page.tags = {deep}; }));
  refused(commit([&](auto& page) { page.tags = {deep + "/x"}; }), "tag_depth");
  must(commit([&](auto& page) {
    page.url = "https://example.org/many";
    for (std::uint64_t i = 0; i < limits.tags_per_link; ++i) page.tags.push_back("t" + std::to_string(i));
  }));
  refused(commit([&](auto& page) {
            page.url = "https://example.org/many";
            page.tags = {"one more"};
          }),
          "tags_per_link");

  const Uuid id = Uuid::v7(library.later());
  must(sink.begin(id, "https://example.org/", 0));
  const std::uint8_t byte = 1;
  CHECK(code_of(sink.write(id, 0, limits.part - 1, {&byte, 1})) == ErrorCode::gap);  // within the limit
  refused(sink.write(id, 0, limits.part, {&byte, 1}), "part");
  refused(sink.begin(Uuid::v7(2), "https://example.org/", limits.capture + 1), "capture");
  std::vector<Sha256Digest> digests(limits.have_batch);
  CHECK(must(sink.have(id, digests)).size() == limits.have_batch);
  digests.emplace_back();
  refused(sink.have(id, digests), "have_batch");
}

TEST_CASE("what have promised is kept for the capture, and released with it") {
  TempDir dir;
  OpenLibrary library(dir);
  const Taken first = take("https://example.org/", "t", "b", library.clock.time);
  library.keep(first);
  auto& sink = library->captures();
  const Uuid id = Uuid::v7(library.later());
  must(sink.begin(id, "https://example.org/", 0));
  const auto known = must(sink.have(id, {Sha256Digest{}, sha256(first.items[0].bytes), Sha256Digest{}}));
  CHECK(known == std::vector<bool>{false, true, false});
  CHECK(code_of(sink.have(Uuid::v7(1), {})) == ErrorCode::not_found);
}

TEST_CASE("a person's title stays, a title from a capture follows the page; a note is never overwritten") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto again = [&](const std::string& title, const std::optional<std::string>& note) {
    Taken taken = take("https://example.org/", title, title, library.later());
    taken.page.note = note;
    const auto committed = library.keep(taken);
    return *must(library->link(committed.link_id));
  };
  CHECK(again("one", "first note").title == "one");
  auto link = again("two", "second note");
  CHECK(link.title == "two");
  CHECK(link.note == "first note");
  must(library->edit(link.id, {"mine", ""}));
  link = again("three", "third note");
  CHECK(link.title == "mine");
  CHECK(link.note == "third note");
  CHECK(again("four", std::nullopt).title == "mine");
  CHECK(must(library->snapshot(must(library->link(link.id))->snapshots[0].id))->title == "four");
  CHECK(library.found("title:mine").size() == 1);
}

TEST_CASE("text that is not UTF-8 is mended, addresses that no person keeps are refused") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken taken = take("https://example.org/", "t", "b", library.clock.time);
  taken.page.title = "half \xE2\x82";
  library.keep(taken);
  CHECK(must(library->snapshot(taken.id))->title == "half \xEF\xBF\xBD");
  CHECK(code_of(library->captures().begin(Uuid::v7(1), "javascript:alert(1)", 0)) == ErrorCode::bad_request);
  CHECK(code_of(library->captures().begin(Uuid::v7(1), "", 0)) == ErrorCode::bad_request);
}
