#include <string>

#include "fake_snapshot.h"
#include "harmless.h"
#include "page/document.h"
#include "support/catch.h"

using namespace keepleaf;
using test::FakeSnapshot;
using test::harm_in;

namespace {

constexpr std::string_view kPng = "\x89PNG\r\n\x1A\n....";
const std::string kPngAddress = "data:image/png;base64,iVBORw0KGgouLi4u";

std::string shown(const FakeSnapshot& snapshot, page::Purpose purpose = page::Purpose::replay) {
  const auto result = page::self_contained(snapshot, purpose);
  REQUIRE(result);
  CHECK(result->media_type == "text/html; charset=utf-8");
  const std::string html(as_text(result->bytes));
  INFO(html);
  CHECK(harm_in(html).empty());
  return html;
}

bool has(const std::string& html, std::string_view text) { return html.find(text) != std::string::npos; }

FakeSnapshot page_of(std::string_view html) {
  FakeSnapshot snapshot;
  snapshot.add("document", "https://example.org/dir/page.html", "text/html; charset=utf-8", html);
  return snapshot;
}

}  // namespace

TEST_CASE("images, sheets, fonts and frames become part of the document") {
  auto snapshot = page_of(
      "<!DOCTYPE html><html><head><title>T</title>"
      "<link rel=stylesheet href='https://example.org/a.css' media=print></head>"
      "<body background=bg.png><img src='https://example.org/dir/i.png' srcset='i.png 1x, gone.png 2x'>"
      "<iframe src='keepleaf-part:5' width=10></iframe><p style=\"background:url(i.png)\">x</body></html>");
  snapshot.add("image", "https://example.org/dir/i.png", "image/png", kPng);
  snapshot.add("image", "https://example.org/dir/bg.png", "", kPng);
  snapshot.add("stylesheet", "https://example.org/a.css", "text/css",
               "@import 'b/b.css' screen; @font-face{font-family:F;src:url(f.woff2)} a{color:red}");
  snapshot.add("stylesheet", "https://example.org/b/b.css", "text/css", "b{background:url(../dir/i.png)}", 3);
  snapshot.add("frame", "https://other.example/f", "text/html",
               "<p onclick=x>in \"frame\" &amp; <img src=/i.png>");
  snapshot.add("font", "https://example.org/f.woff2", "font/woff2", "wOF2", 3);
  snapshot.add("image", "https://other.example/i.png", "image/png", kPng, 5);
  const std::string html = shown(snapshot);
  CHECK(html.starts_with("<!DOCTYPE html><html><head><meta charset=\"utf-8\">"));
  CHECK(has(html, "<style media=\"print\" data-keepleaf-href=\"https://example.org/a.css\">"));
  CHECK(has(html, "@media screen{b{background:url(" + kPngAddress + ")}}"));
  CHECK(has(html, "src:url(data:font/woff2;base64,d09GMg==)"));
  CHECK(has(html, "<body background=\"" + kPngAddress + "\">"));
  CHECK(has(html, "<img src=\"" + kPngAddress + "\" srcset=\"" + kPngAddress + " 1x\">"));
  CHECK(has(html, "<iframe width=\"10\" sandbox=\"\" srcdoc=\""));
  CHECK(has(html, "&lt;p>in &quot;frame&quot;"));
  CHECK(has(html, "&amp;amp; &lt;img src=&quot;" + kPngAddress + "&quot;>"));
  CHECK(has(html, "<p style=\"background:url(" + kPngAddress + ")\">"));
  CHECK_FALSE(has(html, "onclick"));
}
