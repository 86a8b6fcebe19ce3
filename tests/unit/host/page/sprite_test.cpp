#include "page/sprite.h"

#include <string>

#include "fake_snapshot.h"
#include "harmless.h"
#include "page/document.h"
#include "support/catch.h"

using namespace keepleaf;

namespace {

std::string shown(std::string_view use, std::string_view svg) {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://example.org/", "text/html",
               "<!DOCTYPE html><svg>" + std::string(use) + "</svg>");
  snapshot.add("image", "https://example.org/s.svg", "image/svg+xml", svg);
  const auto result = page::self_contained(snapshot, page::Purpose::download);
  REQUIRE(result);
  std::string html(as_text(result->bytes));
  INFO(html);
  CHECK(test::harm_in(html).empty());
  return html;
}

bool has(const std::string& html, std::string_view text) { return html.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("what <use> shows of a file comes into the document, under an id of its own") {
  const std::string svg = "<svg xmlns='x'><symbol id='a'><path d='M0 0'/></symbol><g id=\"b\"/></svg>";
  CHECK(has(
      shown("<use href='s.svg#a'></use>", svg),
      "<use href=\"#keepleaf-use-0-a\"><symbol id=\"keepleaf-use-0-a\"><path d=\"M0 0\"/></symbol></use>"));
  CHECK(has(shown("<use xlink:href='s.svg#b'/>", svg),
            "<use href=\"#keepleaf-use-0-b\"><g id=\"keepleaf-use-0-b\"/></use>"));
  const std::string twice = shown("<use href='s.svg#a'></use><use href='s.svg#a'></use>", svg);
  CHECK(has(twice, "id=\"keepleaf-use-1-a\""));
  // What is not there shows nothing, and loads nothing.
  CHECK_FALSE(has(shown("<use href='s.svg#none'></use>", svg), " href="));
  CHECK_FALSE(has(shown("<use href='t.svg#a'></use>", svg), " href="));
}

TEST_CASE("what it refers to in its file comes along, to a place that is laid out") {
  const std::string html = shown("<use href='s.svg#a'></use>",
                                 "<svg><linearGradient id='g'><stop/></linearGradient><path id='p'/>"
                                 "<symbol id='a'><rect fill='url(#g)'/><use href='#p'/></symbol></svg>");
  CHECK(has(html, "<svg><defs><symbol id=\"keepleaf-use-0-a\"><rect fill=\"url(#keepleaf-use-0-g)\"/>"));
  CHECK(has(html, "<linearGradient id=\"keepleaf-use-0-g\"><stop/></linearGradient>"));
  CHECK(has(html, "<path id=\"keepleaf-use-0-p\"/></defs><use href=\"#keepleaf-use-0-a\"></use></svg>"));
}

TEST_CASE("the file's sheets hold for what is shown of it, and for nothing else") {
  const std::string html = shown("<use href='s.svg#a'></use>",
                                 "<svg><style><![CDATA[.in>b{fill:url(#g)}]]></style><linearGradient id='g'/>"
                                 "<symbol id='a'><rect class='in'/></symbol></svg>");
  CHECK(has(html,
            "<style>@supports (not (-moz-appearance:none)){@scope (#keepleaf-use-0-a,#keepleaf-use-0-g){"
            ".in>b{fill:url(#keepleaf-use-0-g)}"));
  CHECK(has(html, "<linearGradient id=\"keepleaf-use-0-g\"/></defs>"));
  CHECK_FALSE(has(shown("<use href='s.svg#a'></use>", "<svg><style>}.in{fill:red}</style><g id='a'/></svg>"),
                  "<style>"));
}

TEST_CASE("hostile sprite files bring no script, no address and no endless work") {
  for (const std::string_view inside :
       {"<script>1</script>", "<path onclick='1'/>", "<image href='//e/x'/>", "<a href='javascript:1'/>",
        "<foreignObject><iframe src='//e/'></iframe></foreignObject>", "<style>@import '//e/x';</style>",
        "</symbol></svg><script>1</script>", "<use href='s.svg#a'/>", "<use href='#a'/>",
        "]]><script>1</script>"}) {
    INFO(inside);
    shown("<use href='s.svg#a'></use>", "<svg><symbol id='a'>" + std::string(inside) + "</symbol></svg>");
  }
  std::string circle = "<svg>";
  for (int i = 0; i < 500; ++i)
    circle +=
        "<g id='i" + std::to_string(i) + "'><use href='#i" + std::to_string((i * 7 + 1) % 500) + "'/></g>";
  const std::string html = shown("<use href='s.svg#i0'></use>", circle + "</svg>");
  CHECK(html.size() < 200'000);
}
