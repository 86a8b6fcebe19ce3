// Times as text (RFC 3339).
#include "base/clock.h"

#include "support/catch.h"

using namespace keepleaf;

TEST_CASE("times are written in UTC with milliseconds") {
  CHECK(format_time(0) == "1970-01-01T00:00:00.000Z");
  CHECK(format_time(1) == "1970-01-01T00:00:00.001Z");
  CHECK(format_time(951'782'400'000) == "2000-02-29T00:00:00.000Z");
  CHECK(format_time(1'795'326'901'250) == "2026-11-22T05:55:01.250Z");
  CHECK(format_time(253'402'300'799'999) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("what was written is read back") {
  for (const UnixMs time : {UnixMs{0}, UnixMs{999}, UnixMs{951'868'799'999}, UnixMs{4'102'444'800'000},
                            UnixMs{253'402'300'799'999}})
    CHECK(parse_time(format_time(time)) == time);
}

TEST_CASE("any offset and up to nine fractional digits are understood") {
  const UnixMs expected = 1'795'326'901'250;
  for (const std::string_view text :
       {"2026-11-22T05:55:01.25Z", "2026-11-22t05:55:01.250z", "2026-11-22T13:55:01.250+08:00",
        "2026-11-21T23:55:01.25-06:00", "2026-11-22T11:25:01.250999999+05:30",
        "2026-11-22T05:55:01.250+00:00", "2026-11-22T05:55:01.250-00:00"}) {
    INFO(text);
    CHECK(parse_time(text) == expected);
  }
  CHECK(parse_time("2026-11-22T05:55:01Z") == expected - 250);
  CHECK(parse_time("2000-02-29T00:00:00Z") == 951'782'400'000);
  CHECK(parse_time("2016-12-31T23:59:60Z") == parse_time("2016-12-31T23:59:59Z"));  // a leap second
}

TEST_CASE("what is no time is refused") {
  for (const std::string_view text : {"",
                                      "2026",
                                      "2026-11-22",
                                      "2026-11-22T05:55:01",
                                      "2026-11-22 05:55:01Z",
                                      "2026-11-22T05:55Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-11-31T00:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "2100-02-29T00:00:00Z",
                                      "2026-11-00T00:00:00Z",
                                      "2026-11-22T24:00:00Z",
                                      "2026-11-22T05:60:00Z",
                                      "2026-11-22T05:55:61Z",
                                      "2026-11-22T05:55:01.Z",
                                      "2026-11-22T05:55:01.1234567890Z",
                                      "2026-11-22T05:55:01,250Z",
                                      "2026-11-22T05:55:01+24:00",
                                      "2026-11-22T05:55:01+08:60",
                                      "2026-11-22T05:55:01+0800",
                                      "2026-11-22T05:55:01Z ",
                                      " 2026-11-22T05:55:01Z",
                                      "1969-12-31T23:59:59Z",
                                      "0001-01-01T00:00:00Z",
                                      "12026-11-22T05:55:01Z",
                                      "-026-11-22T05:55:01Z",
                                      "2026-1-22T05:55:01Z",
                                      "2026-11-22T5:55:01Z",
                                      "٢٠٢٦-11-22T05:55:01Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("the system's clock tells a time of this century") {
  CHECK(system_clock().now() > 1'700'000'000'000);
  CHECK(&system_clock() == &system_clock());
}
