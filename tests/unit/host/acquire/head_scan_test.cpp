#include "acquire/head_scan.h"

#include "support/catch.h"

using keepleaf::acquire::scan_head;

namespace {
std::string refresh(const std::string& content) {
  return scan_head("<html><head><meta http-equiv=\"Refresh\" content=\"" + content + "\">")
      .refresh.value_or("none");
}
}  // namespace

TEST_CASE("an immediate refresh is found in every spelling that browsers take") {
  CHECK(refresh("0;url=/next") == "/next");
  CHECK(refresh("0; URL = /next") == "/next");
  CHECK(refresh("0;/next") == "/next");
  CHECK(refresh("0,url=/next") == "/next");
  CHECK(refresh("0 /next") == "/next");
  CHECK(refresh(" 1; url='/a b'trailing") == "/a b");
  CHECK(refresh("0.9;url=/next") == "/next");
  CHECK(refresh("00;url=/next") == "/next");
  CHECK(refresh("0;url=?a=1&amp;b=2") == "?a=1&b=2");
}

TEST_CASE("a refresh that waits, goes nowhere, or is none is not followed") {
  CHECK(refresh("5;url=/next") == "none");
  CHECK(refresh("10;url=/next") == "none");
  CHECK(refresh("0") == "none");
  CHECK(refresh("0;") == "none");
  CHECK(refresh("0;url=") == "none");
  CHECK(refresh("url=/next") == "none");
  CHECK(refresh("") == "none");
  CHECK(refresh("99999999999999999999;url=/next") == "none");
}

TEST_CASE("a refresh counts only as markup of the page itself") {
  const std::string meta = "<meta http-equiv=refresh content='0;url=/next'>";
  CHECK(scan_head(meta).refresh == "/next");
  CHECK_FALSE(scan_head("<!-- " + meta + " -->").refresh);
  CHECK_FALSE(scan_head("<noscript>" + meta + "</noscript>").refresh);
  CHECK_FALSE(scan_head("<script>var a = \"" + meta + "\"</script>").refresh);
  CHECK_FALSE(scan_head("<title>" + meta + "</title>").refresh);
  CHECK_FALSE(scan_head("<template>" + meta + "</template>").refresh);
  CHECK(scan_head("<noscript></noscript>" + meta).refresh == "/next");
  CHECK(scan_head("<meta name=x content=y><META CONTENT='0;url=/next' HTTP-EQUIV=REFRESH>").refresh ==
        "/next");
}

TEST_CASE("the language is that of the html element, when it looks like one") {
  CHECK(scan_head("<!doctype html><html lang=zh-Hans>").language == "zh-Hans");
  CHECK(scan_head("<HTML class=a LANG=' en '>").language == "en");
  CHECK(scan_head("<html><p lang=fr>").language.empty());
  CHECK(scan_head("<html lang='a b'>").language.empty());
  CHECK(scan_head("<html lang='" + std::string(36, 'x') + "'>").language.empty());
}

TEST_CASE("broken markup ends the scan and nothing else") {
  for (const char* html :
       {"", "<", "<meta", "<meta http-equiv", "<meta http-equiv=", "<meta http-equiv='refresh", "<!--",
        "<script>", "<html lang", "< html lang=en>", "</", "<a b='", "<p/", "<p/=/>"}) {
    CAPTURE(html);
    CHECK_FALSE(scan_head(html).refresh);
  }
}
