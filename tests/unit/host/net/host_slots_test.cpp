#include "net/host_slots.h"

#include "support/catch.h"

using keepleaf::net::HostSlots;

TEST_CASE("a host has as many slots as were given, and every host its own") {
  HostSlots slots(2);
  CHECK(slots.try_take("a:80"));
  CHECK(slots.try_take("a:80"));
  CHECK_FALSE(slots.try_take("a:80"));
  CHECK(slots.try_take("b:80"));
  slots.give_back("a:80");
  CHECK(slots.try_take("a:80"));
  CHECK_FALSE(slots.try_take("a:80"));
}

TEST_CASE("whoever waits is told when a full host has a slot again, and not after it stopped listening") {
  HostSlots slots(1);
  int told = 0;
  const auto listener = slots.listen([&] { ++told; });
  REQUIRE(slots.try_take("a:80"));
  CHECK(told == 0);
  slots.give_back("a:80");
  CHECK(told == 1);
  slots.forget(listener);
  REQUIRE(slots.try_take("a:80"));
  slots.give_back("a:80");
  CHECK(told == 1);
}

TEST_CASE("giving back what nobody took changes nothing") {
  HostSlots slots(1);
  slots.give_back("a:80");
  CHECK(slots.try_take("a:80"));
  CHECK_FALSE(slots.try_take("a:80"));
}
