// A clock that stands still until its test moves it.
#pragma once

#include "base/clock.h"

namespace keepleaf::test {

class FixedClock final : public Clock {
 public:
  UnixMs now() const override { return time; }
  UnixMs time = 1'790'000'000'000;
};

}  // namespace keepleaf::test
