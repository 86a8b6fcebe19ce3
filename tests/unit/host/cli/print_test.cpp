#include "cli/print.h"

#include "base/display_width.h"
#include "fake.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::cli;

TEST_CASE("width counts columns, not bytes or code points") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("日本語") == 6);
  CHECK(display_width("中文 a") == 6);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("") == 0);
}

TEST_CASE("text is cut to columns and never through a character") {
  CHECK(fitted("abcdef", 6) == "abcdef");
  CHECK(fitted("abcdef", 5) == "abcd…");
  CHECK(fitted("日本語", 5) == "日本…");
  CHECK(fitted("日本語", 4) == "日…");
  CHECK(padded("日本", 6) == "日本  ");
}

TEST_CASE("a stored title can't drive the terminal") {
  CHECK(plain("a\x1b[31mb\nc\x07") == "a [31mb c ");
  CHECK(plain("\u202Egnp.exe") == " gnp.exe");
  CHECK(plain("bad \xff utf-8") == "bad \uFFFD utf-8");
}

TEST_CASE("sizes and times are short") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(1023) == "1023 B");
  CHECK(human_size(1536) == "1.5 KiB");
  CHECK(human_size(5ULL << 40) == "5.0 TiB");
  CHECK(human_time(0) == "1970-01-01 00:00");
  CHECK(counted(1, "link", "links") == "1 link");
  CHECK(counted(0, "link", "links") == "0 links");
}

TEST_CASE("columns line up in any script") {
  test::Fake fake;
  print_table(fake.context, {{"日本語", "1"}, {"work", "22"}});
  CHECK(fake.out.str() == "日本語  1\nwork    22\n");
  fake.out.str("");
  fake.context.width = 8;
  print_table(fake.context, {{"日本語", "12345"}});
  CHECK(fake.out.str() == "日本語 …\n");
}
