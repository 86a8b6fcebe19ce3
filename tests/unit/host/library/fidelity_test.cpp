// How a snapshot compares with what was seen: kept beside it, replaced, refused when it makes no sense.
#include <cmath>

#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;
using library::Fidelity;

namespace {

Fidelity measure(double score) {
  return {score, "boxes", {1280, 800, 1.5}, {{1, "image", -8, 16, 320, 240}, {0, "text", 0, 0, 10, 10}}};
}

struct Kept {
  TempDir dir;
  OpenLibrary library{dir};
  Uuid snapshot;

  Kept() {
    Taken taken = take("https://a.example/", "A", "words", library.later());
    taken.items.push_back({"image", noise(500, 1), "image/png"});
    snapshot = library.keep(taken).snapshot_id;
  }
  std::optional<Fidelity> kept() { return must(library->snapshot(snapshot))->fidelity; }
  ErrorCode refused(const Fidelity& fidelity) {
    const auto outcome = library->measured(snapshot, fidelity);
    REQUIRE_FALSE(outcome.has_value());
    return outcome.error().code;
  }
};

}  // namespace

TEST_CASE("a snapshot's fidelity is none until it is measured, and then what was measured last") {
  Kept kept;
  CHECK_FALSE(kept.kept());
  must(kept.library->measured(kept.snapshot, measure(0.5)));
  must(kept.library->measured(kept.snapshot, measure(0.875)));
  kept.library.reopen();
  const auto fidelity = kept.kept();
  REQUIRE(fidelity);
  CHECK(fidelity->score == 0.875);
  CHECK(fidelity->method == "boxes");
  CHECK(fidelity->viewport.width == 1280);
  CHECK(fidelity->viewport.height == 800);
  CHECK(fidelity->viewport.scale == 1.5);
  REQUIRE(fidelity->regions.size() == 2);
  CHECK(fidelity->regions[0].part == 1);
  CHECK(fidelity->regions[0].kind == "image");
  CHECK(fidelity->regions[0].x == -8);
  CHECK(fidelity->regions[0].height == 240);
  CHECK(fidelity->regions[1].kind == "text");
}

TEST_CASE("measuring leaves the snapshot's digest true, and fits into verification") {
  Kept kept;
  must(kept.library->measured(kept.snapshot, measure(0.5)));
  CHECK(must(kept.library->verify(true)).ok);
}

TEST_CASE("a measure that makes no sense is refused and changes nothing") {
  Kept kept;
  must(kept.library->measured(kept.snapshot, measure(0.5)));
  Fidelity bad = measure(1);
  SECTION("a score above 1") { bad.score = 1.01; }
  SECTION("a score that is none") { bad.score = std::nan(""); }
  SECTION("an unknown method") { bad.method = "guess"; }
  SECTION("a scale of 0") { bad.viewport.scale = 0; }
  SECTION("a kind that is no name") { bad.regions[0].kind = "Text!"; }
  SECTION("a negative width") { bad.regions[0].width = -1; }
  SECTION("a part that is not there") { bad.regions[1].part = 2; }
  SECTION("too many regions") { bad.regions.resize(201, bad.regions[1]); }
  CHECK(kept.refused(bad) == ErrorCode::bad_request);
  CHECK(kept.kept()->score == 0.5);
}

TEST_CASE("a snapshot that is not there can't be measured") {
  Kept kept;
  const auto outcome = kept.library->measured(Uuid::v7(1), measure(1));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == ErrorCode::not_found);
}
