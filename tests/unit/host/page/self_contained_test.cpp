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
               "<!DOCTYPE html><p onclick=x>in \"frame\" &amp; <img src=/i.png>");
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

TEST_CASE("a download carries a policy that allows nothing but what is inlined, first in its head") {
  auto snapshot = page_of("<html><head><meta charset=big5><link rel=icon href=/i><title>x</title></head>");
  snapshot.add("icon", "https://example.org/i", "image/x-icon", "x");
  const std::string file = shown(snapshot, page::Purpose::download);
  CHECK(file.starts_with(
      "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "));
  CHECK(has(file, "<link rel=\"icon\" href=\"data:image/x-icon;base64,eA==\">"));
  const std::string replay = shown(snapshot);
  CHECK_FALSE(has(replay, "Content-Security-Policy"));
  CHECK_FALSE(has(replay, "icon"));
}

TEST_CASE("the doctype decides the mode and stays as it was") {
  for (const std::string_view doctype :
       {"", "<!DOCTYPE html>", "<!doctype HTML>",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">"}) {
    const std::string html = shown(page_of(std::string(doctype) + "<html><body>x</body></html>"));
    CHECK(html.starts_with(std::string(doctype) + "<html><meta charset=\"utf-8\">"));
  }
}

TEST_CASE("invalid nesting, shadow roots and character references survive as they were written") {
  for (const std::string_view body :
       {"<p>a<p>b</p></p>", "<a href=\"https://e.example/\">x<a>y</a></a>",
        "<table><form><tr><td>&nbsp;&#8230;</td></form></table>",
        "<div><template "
        "shadowrootmode=\"open\"><slot></slot><style>:host{color:red}</style></template>light</div>",
        "<pre>\n\nx</pre>", "<textarea>\n<b>&lt;</b></textarea>",
        "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>", "<input value=\"a &amp; b\" checked=\"\">",
        "<x-y data-z=\"'\" class=\"a\"></x-y>", "1 &lt; 2 &copy 3"}) {
    std::string expected(body);
    if (body.starts_with("<textarea")) expected = "<textarea>\n&lt;b>&lt;&lt;/b></textarea>";
    CHECK(has(shown(page_of(std::string("<body>") + std::string(body) + "</body>")),
              "<body>" + expected + "</body>"));
  }
}

TEST_CASE("links stay, those into the page itself work without the network") {
  const std::string html =
      shown(page_of("<a href=x>1</a><a href='#a'>2</a><a href='page.html#b'>3</a><a href=page.html>4</a>"
                    "<a href=mailto:a@b.example ping=//t>5</a><a href=chrome://x>6</a>"));
  CHECK(
      has(html,
          "<a href=\"https://example.org/dir/x\">1</a><a href=\"#a\">2</a><a href=\"#b\">3</a>"
          "<a href=\"https://example.org/dir/page.html\">4</a><a href=\"mailto:a@b.example\">5</a><a>6</a>"));
}

TEST_CASE("what is missing shows nothing, fetches nothing, and is still named") {
  auto snapshot = page_of(
      "<img src=gone.png alt=x><link rel=stylesheet href=gone.css><iframe src=gone></iframe>"
      "<video src=gone.mp4></video><object data=gone>fallback</object><embed src=gone>");
  snapshot.add_missing("image", "https://example.org/dir/gone.png", "http_404");
  const std::string html = shown(snapshot);
  CHECK(has(html, "<img data-keepleaf-src=\"gone.png\" src=\"data:,\" alt=\"x\">"));
  CHECK(has(html, "<link data-keepleaf-href=\"gone.css\">"));
  CHECK(has(html, "This frame was not kept."));
  CHECK(has(html, "<video data-keepleaf-src=\"gone.mp4\" src=\"data:,\"></video><object>fallback</object>"));
  CHECK_FALSE(has(html, "<embed"));
}

TEST_CASE("objects and embeds show images as images and documents as frames") {
  auto snapshot = page_of(
      "<object data=i class=c type=x>old<object>inner</object></object><embed src=i><object "
      "data=f></object>after"
      "<object data=p>get the PDF</object>");
  snapshot.add("object", "https://example.org/dir/i", "image/svg+xml", "<svg/>");
  snapshot.add("object", "https://example.org/dir/f", "text/html", "<!DOCTYPE html><p>in");
  snapshot.add("object", "https://example.org/dir/p", "application/pdf", "%PDF");
  const std::string html = shown(snapshot);
  CHECK(has(html,
            "<img class=\"c\" src=\"data:image/svg+xml;base64,PHN2Zy8+\" "
            "data-keepleaf-was=\"object\"><img src=\"data:"));
  CHECK(has(html, "&lt;p>in\"></iframe>after<object>get the PDF</object>"));
}

TEST_CASE("a frame in quirks mode stands behind an address, since no srcdoc is in quirks mode") {
  const auto frame_of = [](std::string_view html, page::Purpose purpose = page::Purpose::download) {
    auto snapshot = page_of("<!DOCTYPE html><iframe src='https://f.example/'></iframe>");
    snapshot.add("frame", "https://f.example/", "text/html", html, 0);
    return shown(snapshot, purpose);
  };
  for (const std::string_view quirky :
       {"<p>50% of a &lt;tag&gt; #1 \xC3\xA9",
        "<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN'><p>",
        "<!-- first --> <!DOCTYPE html SYSTEM nonsense><p>",
        "<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN' "
        "'http://www.w3.org/TR/html4/loose.dtd'>",
        "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' ''><p>",
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"><p>"}) {
    INFO(quirky);
    const std::string html = frame_of(quirky);
    CHECK(has(html, "sandbox=\"\" src=\"data:text/html;charset=utf-8,"));
    CHECK_FALSE(has(html, "srcdoc"));
  }
  CHECK(has(frame_of("<p>50% of a &lt;tag&gt; #1 \xC3\xA9"),
            "%3Cp%3E50%25 of a &amp;lt;tag&amp;gt; %231 \xC3\xA9"));
  for (const std::string_view standard :
       {"<!DOCTYPE html><p>", "\n<!doctype HTML SYSTEM 'about:legacy-compat'><p>",
        "<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 4.01//EN' 'http://www.w3.org/TR/html4/strict.dtd'><p>",
        "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' ''><p>"}) {
    INFO(standard);
    CHECK(has(frame_of(standard), "srcdoc="));
  }
  // Behind an address, too, state is restored, and by our script alone.
  CHECK(has(frame_of("<div data-keepleaf-scroll='0 9'>"), "sandbox=\"allow-scripts\" src=\"data:text/html"));
  CHECK(has(frame_of(std::string("<p>") + std::string(3 << 20, 'x')), "srcdoc="));
  // What is not ASCII is longer in an address: 900 KB of Chinese are 2.7 MB there.
  std::string chinese = "<p>";
  while (chinese.size() < 900'000) chinese += "\xE9\xA1\xB5";
  CHECK(has(frame_of(chinese), "srcdoc="));
}

TEST_CASE("a drawing that says its own size has it in an object, too") {
  const auto shown_as = [](std::string_view svg) {
    auto snapshot = page_of("<object data=i style='color:red'></object>");
    snapshot.add("object", "https://example.org/dir/i", "image/svg+xml", svg);
    return shown(snapshot);
  };
  CHECK(has(shown_as("<?xml version='1.0'?><svg width='60' height='4em'/>"),
            "style=\"object-fit:none;object-position:0 0;color:red\""));
  for (const std::string_view scaled : {"<svg/>", "<svg width='60'/>", "<svg width='100%' height='9'/>"})
    CHECK(has(shown_as(scaled), " style=\"color:red\""));
}

TEST_CASE("scripting stays on where a canvas is, which else is no box, and in all frames around it") {
  for (const page::Purpose purpose : {page::Purpose::download, page::Purpose::replay}) {
    auto snapshot = page_of("<!DOCTYPE html><iframe src=keepleaf-part:1></iframe>");
    snapshot.add("frame", "", "text/html", "<!DOCTYPE html><iframe src=keepleaf-part:2></iframe>");
    snapshot.add("frame", "", "text/html", "<canvas id=c></canvas>", 1);
    const std::string html = shown(snapshot, purpose);
    CHECK(has(html, "sandbox=\"allow-scripts\" srcdoc="));
    CHECK(has(html, "sandbox=&quot;allow-scripts&quot; src=&quot;data:text/html"));
    CHECK_FALSE(has(html, "script-src"));
    auto without = page_of("<iframe src=keepleaf-part:1></iframe>");
    without.add("frame", "", "text/html", "<!DOCTYPE html><p>a canvas");
    CHECK(has(shown(without, purpose), "sandbox=\"\" srcdoc="));
  }
}

TEST_CASE("what needs restoring in a frameset's frame is seen from outside") {
  auto snapshot = page_of("<frameset cols=*><frame src=f></frameset>");
  snapshot.add("frame", "https://example.org/dir/f", "text/html", "<div data-keepleaf-scroll='0 9'>x</div>");
  CHECK(has(shown(snapshot, page::Purpose::download), "script-src 'sha256-"));
}

TEST_CASE("a frameset's frames become data: addresses, since <frame> has no srcdoc") {
  auto snapshot = page_of("<frameset cols=*><frame src=f name=n></frameset>");
  snapshot.add("frame", "https://example.org/dir/f", "text/html", "x");
  CHECK(has(shown(snapshot), "<frame name=\"n\" src=\"data:text/html;charset=utf-8,"));
}

TEST_CASE("frames in frames are escaped once for each level") {
  auto snapshot = page_of("<iframe src=keepleaf-part:1></iframe>");
  snapshot.add("frame", "", "text/html", "<!DOCTYPE html><iframe src=keepleaf-part:2></iframe>");
  snapshot.add("frame", "", "text/html", "<!DOCTYPE html><p title=\"&quot;\">&amp;lt;</p>", 1);
  const std::string html = shown(snapshot);
  CHECK(has(html, "&amp;lt;p title=&amp;quot;&amp;amp;quot;&amp;quot;>&amp;amp;amp;lt;&amp;lt;/p>"));
}

TEST_CASE("sheets are read in the page's order, alternates and disabled ones are not applied") {
  auto snapshot = page_of(
      "<link rel='alternate stylesheet' title=t href=a.css><link rel=stylesheet disabled href=a.css>"
      "<link rel=stylesheet type=text/less href=a.css><link rel=StyleSheet title=t href=a.css>");
  snapshot.add("stylesheet", "https://example.org/dir/a.css", "text/css", "a{}");
  const std::string html = shown(snapshot);
  CHECK(has(html,
            "<link title=\"t\" data-keepleaf-href=\"a.css\" data-keepleaf-rel=\"alternate stylesheet\">"
            "<link data-keepleaf-href=\"a.css\"><link data-keepleaf-href=\"a.css\">"
            "<style title=\"t\" data-keepleaf-href=\"a.css\">a{}</style>"));
}

TEST_CASE("replay leaves out what is big, a download does not") {
  auto snapshot = page_of("<img src=big><video src=big></video><p style='background:url(big)'>");
  snapshot.add("image", "https://example.org/dir/big", "image/png", std::string((8 << 20) + 1, 'x'));
  const std::string replay = shown(snapshot);
  CHECK(has(replay, "data-keepleaf-held=\"1\""));
  CHECK(has(replay, "<video data-keepleaf-src=\"big\" data-keepleaf-held=\"1\">"));
  CHECK(has(replay, "background:url(data:,)"));
  CHECK(replay.size() < 4096);
  auto small = page_of("<img src=big>");
  small.add("image", "https://example.org/dir/big", "image/png", std::string(8 << 20, 'x'));
  CHECK_FALSE(has(shown(small), "data-keepleaf-held"));
  auto once = page_of("<img src=big>");
  once.add("image", "https://example.org/dir/big", "image/png", std::string((8 << 20) + 1, 'x'));
  CHECK_FALSE(has(shown(once, page::Purpose::download), "data-keepleaf-held"));
}

TEST_CASE("replay stops inlining at 64 MiB in all") {
  std::string html;
  for (int i = 0; i < 10; ++i) html += "<img src=a>";
  auto snapshot = page_of(html);
  snapshot.add("image", "https://example.org/dir/a", "image/png", std::string(7 << 20, 'x'));
  const auto result = page::self_contained(snapshot, page::Purpose::replay);
  REQUIRE(result);
  const std::string out(as_text(result->bytes));
  CHECK(out.size() > (48U << 20));
  CHECK(out.size() < (65U << 20));
  CHECK(has(out, "data-keepleaf-held=\"1\""));
}

TEST_CASE("a download over 512 MiB is refused, and says what to do") {
  std::string html;
  for (int i = 0; i < 500; ++i) html += "<img src=a>";
  auto snapshot = page_of(html);
  // The limit is reached by count: the part table's size is what is taken.
  snapshot.add("image", "https://example.org/dir/a", "image/png", std::string(1 << 20, 'x'));
  const auto result = page::self_contained(snapshot, page::Purpose::download);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::too_large);
  CHECK_FALSE(result.error().next.empty());
}

TEST_CASE("a root that is no document is returned as it is") {
  struct Case {
    std::string_view type;
    std::string_view bytes;
    std::string_view out_type;
  };
  for (const Case& c :
       {Case{"application/pdf", "%PDF-1.7", "application/pdf"}, Case{"image/png", kPng, "image/png"},
        Case{"text/plain; charset=gbk", "\xD6\xD0", "text/plain; charset=gbk"},
        Case{"application/xml", "<x><script/></x>", "text/plain; charset=utf-8"},
        Case{"", "%PDF-1.7", "application/pdf"}, Case{"", "what", "application/octet-stream"}}) {
    INFO(c.type);
    FakeSnapshot snapshot;
    snapshot.add("document", "https://example.org/x", c.type, c.bytes);
    const auto result = page::self_contained(snapshot, page::Purpose::replay);
    REQUIRE(result);
    CHECK(result->media_type == c.out_type);
    CHECK(as_text(result->bytes) == c.bytes);
  }
}

TEST_CASE("an SVG root is shown as an image, in which nothing runs") {
  FakeSnapshot snapshot;
  snapshot.add("document", "https://example.org/x.svg", "image/svg+xml", "<svg><script>1</script></svg>");
  CHECK(has(shown(snapshot), "src=\"data:image/svg+xml;base64,"));
}

TEST_CASE("a root of unknown type that looks like HTML is HTML") {
  FakeSnapshot snapshot;
  snapshot.add("document", "https://example.org/x", "", "<!DOCTYPE html><p onclick=x>y");
  CHECK(has(shown(snapshot), "<p>y"));
}

TEST_CASE("damage: a lost resource is left out, a lost page and a failing disk are errors") {
  const auto make = [] {
    auto snapshot = page_of("<img src=i><p>text");
    snapshot.add("image", "https://example.org/dir/i", "image/png", kPng);
    return snapshot;
  };
  auto resource = make();
  resource.damage(1, ErrorCode::corrupt);
  CHECK(has(shown(resource), "<img data-keepleaf-src=\"i\" src=\"data:,\"><p>text"));
  auto disk = make();
  disk.damage(1, ErrorCode::io);
  const auto failed = page::self_contained(disk, page::Purpose::replay);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::io);
  auto page = make();
  page.damage(0, ErrorCode::corrupt);
  const auto lost = page::self_contained(page, page::Purpose::replay);
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == ErrorCode::corrupt);
}

TEST_CASE("a snapshot without its page says so") {
  const auto none = page::self_contained(FakeSnapshot(), page::Purpose::replay);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::corrupt);
  FakeSnapshot missing;
  missing.add_missing("document", "https://example.org/", "unreachable");
  const auto unreachable = page::self_contained(missing, page::Purpose::replay);
  REQUIRE_FALSE(unreachable);
  CHECK(unreachable.error().code == ErrorCode::not_found);
}

TEST_CASE("sheets in legacy encodings keep their text") {
  auto snapshot = page_of("<link rel=stylesheet href=a.css>");
  snapshot.add("stylesheet", "https://example.org/dir/a.css", "text/css; charset=shift_jis",
               "a::before{content:'\x93\xFA'}");
  CHECK(has(shown(snapshot), "content:'日'"));
}
