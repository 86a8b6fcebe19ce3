#include "support/catch.h"
#include "worker/job.h"

using namespace std::chrono_literals;
using keepleaf::worker::retry_pause;
using keepleaf::worker::RetryRule;

TEST_CASE("pauses lie below a ceiling that doubles, up to the most") {
  const RetryRule rule{.attempts = 10, .base = 100ms, .most = 500ms, .most_asked = 60s};
  for (int i = 0; i < 200; ++i) {
    CHECK(*retry_pause(rule, 1, std::nullopt) <= 100ms);
    CHECK(*retry_pause(rule, 2, std::nullopt) <= 200ms);
    CHECK(*retry_pause(rule, 9, std::nullopt) <= 500ms);
    CHECK(*retry_pause(rule, 9, std::nullopt) >= 0ms);
  }
}

TEST_CASE("pauses differ, so that many clients do not come back at once") {
  const RetryRule rule{.attempts = 10, .base = 1'000'000ms, .most = 1'000'000ms};
  const auto first = retry_pause(rule, 1, std::nullopt);
  bool differs = false;
  for (int i = 0; i < 20; ++i) differs = differs || retry_pause(rule, 1, std::nullopt) != first;
  CHECK(differs);
}

TEST_CASE("the last attempt is the last") {
  const RetryRule rule{.attempts = 3};
  CHECK(retry_pause(rule, 2, std::nullopt));
  CHECK_FALSE(retry_pause(rule, 3, std::nullopt));
  CHECK_FALSE(retry_pause(rule, 4'000'000'000U, std::nullopt));
}

TEST_CASE("what a server asks for is kept to, unless it is too long") {
  const RetryRule rule{.attempts = 3, .base = 10ms, .most = 20ms, .most_asked = 30s};
  CHECK(*retry_pause(rule, 1, 30s) >= 30s);
  CHECK(*retry_pause(rule, 1, 30s) <= 30s + 10ms);
  CHECK_FALSE(retry_pause(rule, 1, 31s));
  CHECK(retry_pause(rule, 1, 0s));
}
