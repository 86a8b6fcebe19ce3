// The one script that an exported page may run, and that nothing else can pass for it.
#include "page/restore_state.h"

#include <string>

#include "base/base64.h"
#include "base/digest.h"
#include "fake_snapshot.h"
#include "harmless.h"
#include "page/document.h"
#include "support/catch.h"

using namespace keepleaf;
using test::FakeSnapshot;
using test::harm_in;

namespace {

FakeSnapshot page_of(std::string_view html) {
  FakeSnapshot snapshot;
  snapshot.add("document", "https://example.org/", "text/html; charset=utf-8", html);
  return snapshot;
}

std::string written(const FakeSnapshot& snapshot, page::Purpose purpose) {
  const auto result = page::self_contained(snapshot, purpose);
  REQUIRE(result);
  const std::string html(as_text(result->bytes));
  INFO(html);
  CHECK(harm_in(html).empty());
  return html;
}

std::string file_of(std::string_view html) { return written(page_of(html), page::Purpose::download); }

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

bool has(std::string_view text, std::string_view what) { return count(text, what) > 0; }

const std::string kScript = "<script type=\"module\">" + std::string(page::restoring_script()) + "</script>";
const std::string kAllowed = "; script-src '" + page::restoring_script_hash() + "'\">";

}  // namespace

TEST_CASE("the script's hash is that of its text, which no reader can end early") {
  const std::string_view script = page::restoring_script();
  CHECK(script.find("showState(document);") != std::string_view::npos);
  CHECK(page::restoring_script_hash() == "sha256-" + base64_encode(sha256(as_bytes(script)).view()));
  CHECK(script.find('<') == std::string_view::npos);
  CHECK(script.find('\r') == std::string_view::npos);
  CHECK(script.find("//") == std::string_view::npos);
}

TEST_CASE("what stands under another name looks like what it is, and gets its name again by the script") {
  const std::string html = file_of("<!DOCTYPE html><p>a<keepleaf-as-p class=\"c\">b</keepleaf-as-p>");
  CHECK(has(html, kAllowed));
  CHECK(has(html, "keepleaf-as-p,"));
  CHECK(has(html, "<p>a<keepleaf-as-p class=\"c\">b</keepleaf-as-p>"));
  const std::string link = file_of("<!DOCTYPE html><keepleaf-as-a href=\"/there\">b</keepleaf-as-a>");
  CHECK(has(link, "<keepleaf-as-a href=\"https://example.org/there\">"));
}

TEST_CASE("a file whose page has state carries the script and allows it by its hash alone") {
  for (const std::string_view mark : {"<div data-keepleaf-scroll=\"0 120\">x</div>",
                                      "<input type=checkbox data-keepleaf-indeterminate=\"\">",
                                      "<dialog open=\"\" data-keepleaf-top-layer=\"modal\">x</dialog>",
                                      "<style data-keepleaf-adopted=\"\">a{}</style>",
                                      "<b data-keepleaf-in=\"0 1\" slot=\"keepleaf-slot-0\">x</b>",
                                      "<b id=\"x\" data-keepleaf-target=\"\">x</b>"}) {
    const std::string html = file_of("<!DOCTYPE html><html><head><title>t</title></head><body>" +
                                     std::string(mark) + "</body></html>");
    CHECK(has(html, kAllowed));
    CHECK(has(html, kScript + "<title>t</title>"));
    CHECK(count(html, "<script") == 1);
    CHECK(html.find("Content-Security-Policy") < html.find("<script"));
    CHECK_FALSE(has(html, "unsafe-hashes"));
  }
}

TEST_CASE("a file whose page has no state has no script, and allows none") {
  const std::string html = file_of("<!DOCTYPE html><title>t</title><p>data-keepleaf-scroll");
  CHECK_FALSE(has(html, "script"));
}

TEST_CASE("what is put back where nobody sees it needs the script, too") {
  CHECK(
      has(file_of("<p>a<br><template data-keepleaf-unseen=\"\"><b>x</b></template>"), "script-src 'sha256-"));
}

TEST_CASE("in replay the host writes no script: the library page has its agent") {
  const std::string html = written(
      page_of("<html data-keepleaf-scroll=\"0 9\"><iframe srcdoc='<p data-keepleaf-scroll=\"0 1\">'>"),
      page::Purpose::replay);
  CHECK_FALSE(has(html, "script"));
  CHECK(has(html, "sandbox=\"\""));
}

TEST_CASE("a frame whose document has state may run that script, and so may what is around it") {
  auto snapshot =
      page_of("<body><iframe src=\"keepleaf-part:1\"></iframe><iframe src=\"keepleaf-part:3\"></iframe>");
  snapshot.add("frame", "https://example.org/f", "text/html",
               "<!DOCTYPE html><iframe src=\"keepleaf-part:2\"></iframe>");
  snapshot.add("frame", "https://example.org/g", "text/html", "<html data-keepleaf-scroll=\"0 70\"><p>deep",
               1);
  snapshot.add("frame", "https://example.org/h", "text/html", "<p>none");
  const std::string html = written(snapshot, page::Purpose::download);
  CHECK(count(html, page::restoring_script_hash()) == 3);
  CHECK(count(html, "sandbox=\"allow-scripts\"") == 1);
  CHECK(count(html, "sandbox=&quot;allow-scripts&quot;") == 1);
  CHECK(count(html, "sandbox=\"\"") == 1);
}

TEST_CASE("a page can't pass its own script for ours") {
  const std::string ours(page::restoring_script());
  const std::string mark = "<p data-keepleaf-scroll=\"0 1\">";
  for (const std::string& attempt : std::initializer_list<std::string>{
           "<script type=module>" + ours + "</script>",
           "<script type=module>" + ours + "alert(1)</script>",
           "<script>alert(1)</script>",
           "<script type=module src=//e/x>" + ours + "</script>",
           "<script integrity='" + page::restoring_script_hash() + "' src=//e/x></script>",
           "<script nonce=1>alert(1)</script>",
           "<p onclick='" + ours + "'>",
           "<svg><script>" + ours + "alert(1)</script></svg>",
           "<a href='javascript:alert(1)'>x</a>",
           std::string("<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">"),
           std::string("<iframe sandbox='allow-scripts allow-same-origin' "
                       "srcdoc='<script>alert(1)</script>'></iframe>"),
           std::string("<iframe sandbox='allow-scripts' srcdoc='<p data-keepleaf-scroll=\"0 1\" "
                       "onclick=alert(1)><script>alert(1)</script>'></iframe>"),
       }) {
    const std::string html =
        file_of("<!DOCTYPE html><html><head>" + attempt + "</head><body>" + mark + attempt);
    INFO(attempt);
    CHECK_FALSE(has(html, "alert(1)</"));
    CHECK_FALSE(has(html, "onclick"));
    CHECK_FALSE(has(html, "allow-same-origin"));
    CHECK_FALSE(has(html, "unsafe-inline'; script"));
    CHECK(count(html, "<script") == 1);
  }
}

TEST_CASE("closed shadow trees are shown open, so that their state can be") {
  const std::string html = file_of(
      "<div><template shadowrootmode=\"closed\" shadowrootdelegatesfocus=\"\"><p>in</p></template></div>"
      "<div><template ShadowRootMode=CLOSED>in</template></div><b><template "
      "shadowrootmode=\"open\">o</template></b>");
  CHECK(has(html, "<template shadowrootdelegatesfocus=\"\" shadowrootmode=\"open\"><p>in"));
  CHECK(count(html, "shadowrootmode=\"open\"") == 3);
}
