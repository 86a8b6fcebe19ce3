#include "base/bounded_queue.h"

#include <atomic>
#include <string>
#include <thread>

#include "support/catch.h"

namespace keepleaf {

using namespace std::chrono_literals;

TEST_CASE("elements come out in the order in which they went in, and their weight with them") {
  BoundedQueue<std::string> queue(100);
  CHECK(queue.push("a", 40));
  CHECK(queue.push("b", 60));
  CHECK(queue.weight() == 100);
  CHECK(queue.pop() == "a");
  CHECK(queue.pop() == "b");
  CHECK(queue.weight() == 0);
}

TEST_CASE("a push waits until there is room, to the byte") {
  BoundedQueue<int> queue(100);
  REQUIRE(queue.push(1, 60));
  REQUIRE(queue.push(2, 40));
  std::atomic<bool> pushed = false;
  std::jthread producer([&] {
    queue.push(3, 61);  // fits only when both others are gone
    pushed = true;
  });
  CHECK(queue.pop() == 1);
  CHECK_FALSE(pushed);
  CHECK(queue.pop() == 2);
  CHECK(queue.pop() == 3);
  producer.join();
  CHECK(pushed);
}

TEST_CASE("an element heavier than the queue passes when it is alone") {
  BoundedQueue<int> queue(10);
  CHECK(queue.push(1, 1000));
  CHECK(queue.pop() == 1);
}

TEST_CASE("a closed queue gives what it holds and takes nothing") {
  BoundedQueue<int> queue(10);
  REQUIRE(queue.push(1, 1));
  queue.close();
  queue.close();
  CHECK_FALSE(queue.push(2, 1));
  CHECK_FALSE(queue.finished());
  CHECK(queue.pop() == 1);
  CHECK(queue.finished());
  CHECK_FALSE(queue.pop().has_value());
}

TEST_CASE("closing wakes whoever waits for room and whoever waits for an element") {
  BoundedQueue<int> full(1);
  REQUIRE(full.push(1, 1));
  BoundedQueue<int> empty(1);
  std::atomic<int> refused = 0;
  {
    std::jthread producer([&] { refused += full.push(2, 1) ? 0 : 1; });
    std::jthread consumer([&] { refused += empty.pop() ? 0 : 1; });
    full.close();
    empty.close();
  }
  CHECK(refused == 2);
}

TEST_CASE("a deadline that has passed ends the waiting, and the queue is not finished") {
  BoundedQueue<int> queue(1);
  CHECK_FALSE(queue.pop(std::chrono::steady_clock::now() - 1s).has_value());
  CHECK_FALSE(queue.finished());
  REQUIRE(queue.push(1, 1));
  CHECK(queue.pop(std::chrono::steady_clock::now() - 1s) == 1);
}

TEST_CASE("nothing is lost between two threads") {
  BoundedQueue<int> queue(7);
  constexpr int kCount = 20000;
  std::jthread producer([&] {
    for (int i = 0; i < kCount; ++i) queue.push(i, static_cast<std::size_t>(i % 5));
    queue.close();
  });
  int expected = 0;
  bool in_order = true;
  while (auto element = queue.pop()) in_order = in_order && *element == expected++;
  CHECK(in_order);
  CHECK(expected == kCount);
}

}  // namespace keepleaf
