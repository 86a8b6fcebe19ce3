// Pictures of what was seen: kept beside the snapshot, replaced, shared, refused when they are none.
#include <SQLiteCpp/Database.h>

#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;
using library::NewPicture;

namespace {

Bytes jpeg(std::size_t size, std::uint32_t seed = 1) {
  Bytes bytes = noise(size, seed);
  bytes[0] = 0xff;
  bytes[1] = 0xd8;
  bytes[2] = 0xff;
  return bytes;
}

NewPicture thumbnail(Bytes bytes = jpeg(1000)) {
  return {"thumbnail", "image/jpeg", 640, 400, false, 1'790'000'000'000, std::move(bytes)};
}

struct Kept {
  TempDir dir;
  OpenLibrary library{dir};
  Uuid link;
  Uuid snapshot;

  Kept() {
    const auto committed = library.keep(take("https://a.example/", "A", "words", library.later()));
    link = committed.link_id;
    snapshot = committed.snapshot_id;
  }
  std::vector<library::Picture> kept() { return must(library->snapshot(snapshot))->pictures; }
  ErrorCode refused(const NewPicture& picture) {
    const auto outcome = library->pictured(snapshot, picture);
    REQUIRE_FALSE(outcome.has_value());
    return outcome.error().code;
  }
};

}  // namespace

TEST_CASE("a snapshot has one picture of a kind, the last one, and gives its bytes back") {
  Kept kept;
  CHECK(kept.kept().empty());
  CHECK_FALSE(must(kept.library->picture(kept.snapshot, "thumbnail")));
  must(kept.library->pictured(kept.snapshot, thumbnail(jpeg(900, 1))));
  must(kept.library->pictured(kept.snapshot, thumbnail(jpeg(1000, 2))));
  NewPicture page = thumbnail(jpeg(700'000, 3));
  page.kind = "page";
  page.height = 16'000;
  page.partial = true;
  must(kept.library->pictured(kept.snapshot, page));
  kept.library.reopen();
  const auto pictures = kept.kept();
  REQUIRE(pictures.size() == 2);
  CHECK(pictures[0].kind == "page");
  CHECK(pictures[0].partial);
  CHECK(pictures[0].height == 16'000);
  CHECK(pictures[0].size == 700'000);
  CHECK(pictures[1].kind == "thumbnail");
  CHECK_FALSE(pictures[1].partial);
  CHECK(pictures[1].taken_at == 1'790'000'000'000);
  const auto small = must(kept.library->picture(kept.snapshot, "thumbnail"));
  REQUIRE(small);
  CHECK(small->media_type == "image/jpeg");
  CHECK(small->bytes == jpeg(1000, 2));
  CHECK(must(kept.library->picture(kept.snapshot, "page"))->bytes == page.bytes);
}

TEST_CASE("lists name the kinds of pictures of each snapshot") {
  Kept kept;
  const auto second = kept.library.keep(take("https://a.example/", "A", "more", kept.library.later()));
  must(kept.library->pictured(kept.snapshot, thumbnail()));
  for (const auto& link : {must(kept.library->list({})).items.at(0), *must(kept.library->link(kept.link))}) {
    REQUIRE(link.snapshots.size() == 2);
    CHECK(link.snapshots[0].id == second.snapshot_id);
    CHECK(link.snapshots[0].pictures.empty());
    CHECK(link.snapshots[1].pictures == std::vector<std::string>{"thumbnail"});
  }
}

TEST_CASE("the same picture of two snapshots is stored once, and verification looks at it") {
  Kept kept;
  const auto second = kept.library.keep(take("https://b.example/", "B", "words", kept.library.later()));
  const auto before = must(kept.library->stats()).objects;
  must(kept.library->pictured(kept.snapshot, thumbnail()));
  must(kept.library->pictured(second.snapshot_id, thumbnail()));
  CHECK(must(kept.library->stats()).objects == before + 1);
  CHECK(must(kept.library->verify(true)).ok);

  SQLite::Database sql((kept.library.folder / "library.db").string(), SQLite::OPEN_READWRITE);
  sql.exec("PRAGMA foreign_keys = OFF; DELETE FROM object WHERE n IN (SELECT object FROM picture)");
  const auto verified = must(kept.library->verify(false));
  CHECK_FALSE(verified.ok);
  bool named = false;
  for (const auto& finding : verified.findings)
    named |= finding.kind == "picture_without_object" && finding.subject == kept.snapshot.str();
  CHECK(named);
}

TEST_CASE("a large picture is a file that verification finds damaged when it is") {
  Kept kept;
  must(kept.library->pictured(kept.snapshot, thumbnail(jpeg(700'000))));
  const auto object = kept.kept().at(0).object.hex();
  const auto file = kept.library.folder / "objects" / object.substr(0, 2) / object;
  REQUIRE(std::filesystem::file_size(file) == 700'000);
  CHECK(must(kept.library->verify(true)).ok);
  std::filesystem::resize_file(file, 699'999);
  CHECK_FALSE(must(kept.library->verify(false)).ok);
  const auto read = kept.library->picture(kept.snapshot, "thumbnail");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == ErrorCode::corrupt);
}

TEST_CASE("what is no such picture is refused and changes nothing") {
  Kept kept;
  must(kept.library->pictured(kept.snapshot, thumbnail()));
  NewPicture bad = thumbnail(jpeg(500, 9));
  ErrorCode expected = ErrorCode::bad_request;
  SECTION("an unknown kind") { bad.kind = "poster"; }
  SECTION("an unknown type") { bad.media_type = "image/svg+xml"; }
  SECTION("bytes of another type") { bad.media_type = "image/webp"; }
  SECTION("no bytes") { bad.bytes.clear(); }
  SECTION("no width") { bad.width = 0; }
  SECTION("higher than any browser draws") { bad.height = 65'536; }
  SECTION("a byte too many") {
    bad.bytes = jpeg((4U << 20) + 1);
    expected = ErrorCode::too_large;
  }
  CHECK(kept.refused(bad) == expected);
  REQUIRE(kept.kept().size() == 1);
  CHECK(kept.kept()[0].size == 1000);
  NewPicture largest = thumbnail(jpeg(4U << 20));
  CHECK(kept.library->pictured(kept.snapshot, largest).has_value());
}

TEST_CASE("a snapshot that is not there has no pictures") {
  Kept kept;
  const auto put = kept.library->pictured(Uuid::v7(1), thumbnail());
  REQUIRE_FALSE(put.has_value());
  CHECK(put.error().code == ErrorCode::not_found);
  const auto got = kept.library->picture(Uuid::v7(1), "page");
  REQUIRE_FALSE(got.has_value());
  CHECK(got.error().code == ErrorCode::not_found);
}

TEST_CASE("pictures go to the trash and come back with their snapshot") {
  Kept kept;
  must(kept.library->pictured(kept.snapshot, thumbnail()));
  must(kept.library->remove({kept.snapshot}));
  CHECK(kept.kept().size() == 1);
  must(kept.library->restore({kept.snapshot}));
  CHECK(must(kept.library->list({})).items.at(0).snapshots.at(0).pictures.size() == 1);
}
