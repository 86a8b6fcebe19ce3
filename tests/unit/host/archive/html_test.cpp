// Saved HTML files, and how they say where they came from.
#include "archive/dates.h"
#include "archive/html_origin.h"
#include "archive/limits.h"
#include "archive_fixture.h"

namespace keepleaf::test {

TEST_CASE("times as programs write them", "[dates]") {
  using archive::parse_date;
  using archive::parse_digits;
  const auto time = parse_time("2020-01-02T03:04:05Z");
  CHECK(parse_date("Thu, 02 Jan 2020 03:04:05 GMT") == time);
  CHECK(parse_date("Thu, 2 Jan 2020 04:04:05 +0100") == time);
  CHECK(parse_date("Thu Jan 02 2020 04:04:05 GMT+0100 (Central European Standard Time)") == time);
  CHECK(parse_date("Wed Jan 01 2020 20:04:05 GMT-0700 (MST)") == time);
  CHECK(parse_date("2020-01-02T03:04:05Z") == time);
  CHECK(parse_digits("20200102030405000") == time);
  CHECK(parse_digits("20200102") == parse_time("2020-01-02T00:00:00Z"));
  for (const char* none : {"", "yesterday", "32 Jan 2020 03:04:05", "02 Foo 2020 03:04:05", "02 Jan 2020",
                           "02 Jan 2020 33:04:05", "02 Jan 1950 03:04:05"})
    CHECK_FALSE(parse_date(none));
  for (const char* none : {"", "2020", "2020010x", "202001020304050060"}) CHECK_FALSE(parse_digits(none));
}

TEST_CASE("programs note where a page came from", "[html]") {
  using archive::html_origin;
  auto origin = html_origin(
      "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://e.example/a \n"
      " saved date: Thu Jan 02 2020 03:04:05 GMT+0000 (UTC)\n--><p>");
  CHECK(origin.format == "singlefile");
  CHECK(origin.url == "https://e.example/a");
  CHECK(origin.taken_at == parse_time("2020-01-02T03:04:05Z"));
  CHECK(html_origin("<!-- saved from url=(0019)https://e.example/b --><html>").url == "https://e.example/b");
  CHECK(html_origin("<html><meta name=savepage-url content='https://e.example/c'>").url ==
        "https://e.example/c");
  // What stands further down was written by the page.
  CHECK(html_origin("<html><body><meta name=savepage-url content='https://e.example/c'>").url.empty());
  CHECK(html_origin("<!-- saved from url=(0010)javascript:x --><html>").url.empty());
}

TEST_CASE("our own note is read at the end, and nowhere else", "[html]") {
  archive::Facts facts;
  facts.id = Uuid::v7(1);
  facts.page.url = "https://e.example/--><script>";
  facts.page.title = "a --> b <!-- c";
  facts.page.taken_at = 1'577'934'245'006;
  const std::string note = archive::facts_comment(facts);
  const auto origin = archive::html_origin("<p>text" + note);
  REQUIRE(origin.facts);
  CHECK(origin.facts->page.url == facts.page.url);
  CHECK(origin.facts->page.title == facts.page.title);
  CHECK(origin.facts->page.taken_at == facts.page.taken_at);
  CHECK(note.find("-->", 0) == note.rfind("-->"));
  CHECK_FALSE(archive::html_origin("<p>" + note + "<p>text").facts);
}

TEST_CASE("a complete page takes the files of its folder, and none beside it", "[html][hostile]") {
  Imported imported;
  imported.write("secret.png", "secret");
  imported.write("Page_files/a.png", "picture");
  imported.write("Page_files/f.html", "<p>frame<img src=a.png>");
  std::filesystem::create_symlink(imported.folder / "secret.png",
                                  imported.folder / "Page_files" / "link.png");
  imported.write("Page.html",
                 "<!-- saved from url=(0020)https://e.example/p --><title>P</title><img src=Page_files/a.png>"
                 "<img src=secret.png><img src=../../../../etc/passwd><img src=Page_files/link.png>"
                 "<img src=file:///etc/passwd><iframe src=Page_files/f.html></iframe><a href=next>n</a>");
  imported.run("Page.html");
  const auto& page = imported.page();
  CHECK(page.page.url == "https://e.example/p");
  CHECK(page.parts.size() == 3);
  for (const auto& [digest, bytes] : imported.sink.objects) CHECK(as_text(bytes) != "secret");
  CHECK(imported.bytes(0).find("href=\"https://e.example/next\"") != std::string::npos);
  // The reference as it was written stays readable, but nothing is loaded by it.
  CHECK(imported.bytes(0).find(" src=\"file:") == std::string::npos);
}

TEST_CASE("scripts and handlers of an imported document are gone", "[html][hostile]") {
  const Imported imported(
      "<!-- saved from url=(0020)https://e.example/p --><html><script>alert(1)</script>"
      "<body onload=x()><a href=javascript:x()>a</a><p>stays",
      "p.html");
  const std::string html = imported.bytes(0);
  for (const char* harm : {"script", "onload", "alert"}) CHECK(html.find(harm) == std::string::npos);
  CHECK(html.find("stays") != std::string::npos);
}

TEST_CASE("a folder of pages: each is one, but for those that others show in frames", "[html]") {
  Imported imported;
  imported.write("site/a.html",
                 "<!-- saved from url=(0020)https://e.example/a --><iframe src=sub/f.html></iframe>");
  imported.write("site/sub/f.html", "<p>frame");
  imported.write("site/sub/b.htm", "<!-- saved from url=(0020)https://e.example/b --><p>b");
  imported.write("site/readme.txt", "no page");
  imported.run("site");
  CHECK(imported.result.format == "html-folder");
  REQUIRE(imported.result.pages.size() == 2);
  CHECK(imported.result.pages[0].url == "https://e.example/a");
  CHECK(imported.result.pages[1].url == "https://e.example/b");
}

TEST_CASE("a document larger than the limit is refused", "[html][limits]") {
  const std::string head = "<!-- saved from url=(0020)https://e.example/p --><p>";
  const std::string fits = head + std::string(archive::kLimits.document - head.size(), 'x');
  CHECK_FALSE(Imported(fits, "p.html").result.error);
  CHECK(Imported(fits + "x", "p.html").refused() == ErrorCode::too_large);
}

}  // namespace keepleaf::test
