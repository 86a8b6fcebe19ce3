#include "store/hybrid_clock.h"

#include <set>
#include <thread>

#include "base/os/file.h"
#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

TEST_CASE("the clock follows the wall clock, and never goes back when that does") {
  TempDir dir;
  FixedClock wall;
  auto clock = must(HybridClock::open(dir.path(), wall));
  const HybridTime first = must(clock.next(0));
  CHECK(first == hybrid_time(wall.time));
  CHECK(must(clock.next(0)) == first + 1);
  wall.time -= 1'000'000;
  CHECK(must(clock.next(0)) == first + 2);
  wall.time += 2'000'000;
  CHECK(must(clock.next(0)) == hybrid_time(wall.time));
  SECTION("not in another process either") {
    wall.time = 1000;
    auto other = must(HybridClock::open(dir.path(), wall));
    CHECK(must(other.next(0)) > first + 2);
    CHECK(other.device() == clock.device());
  }
  SECTION("nor behind what the library holds") { CHECK(must(clock.next(first * 2)) == first * 2 + 1); }
}

TEST_CASE("a counter that runs over goes on with the next millisecond") {
  TempDir dir;
  FixedClock wall;
  auto clock = must(HybridClock::open(dir.path(), wall));
  CHECK(must(clock.next(hybrid_time(wall.time) + 0xFFFF)) == hybrid_time(wall.time + 1));
}

TEST_CASE("a torn clock is begun anew, a torn identity is not replaced in silence") {
  TempDir dir;
  FixedClock wall;
  const Uuid device = must(HybridClock::open(dir.path(), wall)).device();
  must(os::write_file(dir / "clock", noise(5, 1)));
  auto clock = must(HybridClock::open(dir.path(), wall));
  CHECK(must(clock.next(0)) == hybrid_time(wall.time));
  CHECK(clock.device() == device);
  must(os::write_file(dir / "device", noise(20, 1)));
  CHECK(code_of(HybridClock::open(dir.path(), wall)) == ErrorCode::corrupt);
}

TEST_CASE("two that ask at once never get the same time") {
  TempDir dir;
  FixedClock wall;
  std::vector<HybridTime> given[2];
  {
    std::vector<std::jthread> threads;
    for (auto& list : given) {
      threads.emplace_back([&list, &dir, &wall] {
        auto clock = HybridClock::open(dir.path(), wall);
        for (int i = 0; clock && i < 500; ++i) list.push_back(clock->next(0).value_or(0));
      });
    }
  }
  std::set<HybridTime> all(given[0].begin(), given[0].end());
  all.insert(given[1].begin(), given[1].end());
  CHECK(all.size() == 1000);
}
