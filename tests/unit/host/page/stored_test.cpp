// Fetched documents, and what documents and sheets refer to.
#include <string>
#include <vector>

#include "fake_snapshot.h"
#include "harmless.h"
#include "page/document.h"
#include "page/fetched_document.h"
#include "page/references.h"
#include "support/catch.h"

using namespace keepleaf;
using page::Reference;

namespace {

std::string stored(std::string_view html, std::string_view type = "text/html") {
  return page::prepare_fetched_document(as_bytes(html), type, "https://e.example/dir/page?q").html;
}

// Without the <meta charset> that every stored document begins with.
std::string body(std::string_view html) {
  const std::string out = stored(html);
  constexpr std::string_view kMeta = "<meta charset=\"utf-8\">";
  const std::size_t at = out.find(kMeta);
  REQUIRE(at != std::string::npos);
  return out.substr(0, at) + out.substr(at + kMeta.size());
}

struct Case {
  std::string_view html;
  std::string_view out;
};

}  // namespace

TEST_CASE("a fetched document gets absolute addresses and loses what runs") {
  const Case cases[] = {
      {"<img src=a.png>", "<img src=\"https://e.example/dir/a.png\">"},
      {"<a href='../x#y'>z</a>", "<a href=\"https://e.example/x#y\">z</a>"},
      {"<a href=javascript:1>z</a>", "<a>z</a>"},
      {"<base href='/b/' target=_blank><img src=a>",
       "<base target=\"_blank\"><img src=\"https://e.example/b/a\">"},
      {"<img src=a><base href=/b/>", "<img src=\"https://e.example/b/a\">"},
      {"<script>x</script><p onclick=y>z", "<p>z"},
      {"<link rel=stylesheet href=a.css media=print>",
       "<link media=\"print\" rel=\"stylesheet\" href=\"https://e.example/dir/a.css\">"},
      {"<link rel='shortcut icon' href=/i>", "<link rel=\"shortcut icon\" href=\"https://e.example/i\">"},
      {"<link rel=preload href=x><link rel=canonical href=c>",
       "<link rel=\"canonical\" href=\"https://e.example/dir/c\">"},
      {"<style>@import 'a' print;b{c:url(d)}</style>",
       "<style>@import url(https://e.example/dir/a) print;b{c:url(https://e.example/dir/d)}</style>"},
      {"<p style='a:url(b)'>", "<p style=\"a:url(https://e.example/dir/b)\">"},
      {"<form action=s><button formaction=t>",
       "<form action=\"https://e.example/dir/s\"><button formaction=\"https://e.example/dir/t\">"},
      {"<iframe src=f></iframe>", "<iframe src=\"https://e.example/dir/f\"></iframe>"},
      {"<iframe srcdoc='&lt;img src=i onload=x>'></iframe>",
       "<iframe srcdoc=\"&lt;meta charset=&quot;utf-8&quot;>&lt;img "
       "src=&quot;https://e.example/dir/i&quot;>\"></iframe>"},
      {"<object data=o>f</object>", "<object data=\"https://e.example/dir/o\">f</object>"},
      {"<img srcset='a 1x, b 2x'>",
       "<img srcset=\"https://e.example/dir/a 1x, https://e.example/dir/b 2x\">"},
      {"<img src=data:image/gif,x>", "<img src=\"data:image/gif,x\">"},
      {"<meta http-equiv=refresh content=0><meta charset=big5><meta name=viewport content=x>",
       "<meta name=\"viewport\" content=\"x\">"},
      {"<p>a<p>b<table><form><td>c", "<p>a<p>b<table><form><td>c"},
  };
  for (const Case& c : cases) {
    INFO(c.html);
    CHECK(body(c.html) == c.out);
  }
}

TEST_CASE("what lazy loaders and <noscript> would show is shown once") {
  const Case cases[] = {
      {"<img data-src=a>", "<img data-src=\"a\" src=\"https://e.example/dir/a\">"},
      {"<img src=spacer.gif data-src=a>", "<img data-src=\"a\" src=\"https://e.example/dir/a\">"},
      {"<img data-srcset='a 1x'>", "<img data-srcset=\"a 1x\" srcset=\"https://e.example/dir/a 1x\">"},
      {"<img data-src=a><noscript><img src=a></noscript>b",
       "<img data-src=\"a\" src=\"https://e.example/dir/a\">b"},
      {"<noscript><img src=a></noscript>", "<img src=\"https://e.example/dir/a\">"},
      {"<noscript><p onclick=x>a</p></noscript>b", "<p>a</p>b"},
      {"<noscript><img width=1 height=1 src=//t/p></noscript>b", "b"},
      {"<noscript><iframe src=//t style='display:none'></iframe></noscript>b", "b"},
      {"<noscript>&lt;noscript></noscript>", "&lt;noscript>"},
  };
  for (const Case& c : cases) {
    INFO(c.html);
    CHECK(body(c.html) == c.out);
  }
}

TEST_CASE("a fetched document is decoded as browsers decode it, and says so to nobody but UTF-8 readers") {
  const auto result = page::prepare_fetched_document(
      as_bytes("<!DOCTYPE html><head><meta charset=shift_jis><title>\x93\xFA"), "text/html", "https://e/");
  CHECK(result.encoding == "Shift_JIS");
  CHECK(result.html == "<!DOCTYPE html><head><meta charset=\"utf-8\"><title>日");
}

TEST_CASE("an XHTML document becomes HTML that reads the same") {
  CHECK(stored("<?xml version='1.0'?><html xmlns='x'><head><title/></head><body><div id='a'/><br/>"
               "<style><![CDATA[a{b:url(c)}]]></style><![CDATA[<d>]]></body></html>",
               "application/xhtml+xml") ==
        "<!DOCTYPE html><html xmlns=\"x\"><head><meta charset=\"utf-8\"><title></title></head><body>"
        "<div id=\"a\"></div><br><style>a{b:url(https://e.example/dir/c)}</style>&lt;d></body></html>");
}

TEST_CASE("what was stored is shown with its resources") {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://e.example/dir/page?q", page::kStoredDocumentType,
               stored("<link rel=stylesheet href=a.css><img data-src=i.png>"));
  snapshot.add("stylesheet", "https://e.example/dir/a.css", "text/css", "a{b:url(i.png)}");
  snapshot.add("image", "https://e.example/dir/i.png", "image/png", "x");
  const auto shown = page::self_contained(snapshot, page::Purpose::replay);
  REQUIRE(shown);
  const std::string html(as_text(shown->bytes));
  CHECK(html.find("a{b:url(data:image/png;base64,eA==)}") != std::string::npos);
  CHECK(html.find("src=\"data:image/png;base64,eA==\"") != std::string::npos);
  CHECK(test::harm_in(html) == "");
}

TEST_CASE("references of a document are what it loads, once each, in order") {
  const std::string_view html =
      "<base href=https://b.example/d/><link rel=icon href=/i><link rel=stylesheet href=s.css><link "
      "rel=alternate href=no>"
      "<style>@import 'm.css';a{b:url(bg.png)}@font-face{src:url(f.woff2)}</style><a href=no>x</a>"
      "<img src=1.png srcset='1.png 1x, 2.png 2x'><img data-src=3.png><video src=v poster=4.png><track "
      "src=t></video>"
      "<audio src=a></audio><iframe src=fr#x></iframe><object data=o></object><input type=image src=5.png>"
      "<noscript><img src=6.png></noscript><p style='c:url(7.png)'><svg><image href=8.png /></svg><td "
      "background=9.png>"
      "<img src=data:,x><img src='#'><img src=''><img src=1.png#frag><script src=no></script><link "
      "rel=preload href=no>"
      "<iframe srcdoc='&lt;img src=10.png>'></iframe><img src=mailto:x><img src='http://['>";
  std::vector<Reference> expected;
  const auto add = [&](std::string_view url, std::string role) {
    expected.push_back({"https://b.example/" + std::string(url), std::move(role)});
  };
  add("i", "icon");
  add("d/s.css", "stylesheet");
  add("d/m.css", "stylesheet");
  add("d/bg.png", "image");
  add("d/f.woff2", "font");
  add("d/1.png", "image");
  add("d/2.png", "image");
  add("d/3.png", "image");
  add("d/v", "video");
  add("d/4.png", "image");
  add("d/t", "text");
  add("d/a", "audio");
  add("d/fr", "frame");
  add("d/o", "object");
  add("d/5.png", "image");
  add("d/6.png", "image");
  add("d/7.png", "image");
  add("d/8.png", "image");
  add("d/9.png", "image");
  add("d/", "image");
  add("d/10.png", "image");
  const auto found = page::html_references(html, "https://e.example/");
  std::string listed;
  for (const Reference& reference : found) listed += reference.role + " " + reference.url + "\n";
  std::string wanted;
  for (const Reference& reference : expected) wanted += reference.role + " " + reference.url + "\n";
  CHECK(listed == wanted);
}

TEST_CASE("references of a sheet are relative to the sheet") {
  const auto found = page::css_references(
      "@import 'a.css';@font-face{src:url(f.woff)}b{c:url(../i.png) url(../i.png) url(#x)}",
      "https://e.example/s/s.css");
  CHECK(found == std::vector<Reference>{{"https://e.example/s/a.css", "stylesheet"},
                                        {"https://e.example/s/f.woff", "font"},
                                        {"https://e.example/i.png", "image"}});
}

TEST_CASE("a page of references without end lists 20,000") {
  std::string html;
  for (int i = 0; i < 21'000; ++i) html += "<img src=" + std::to_string(i) + ">";
  CHECK(page::html_references(html, "https://e/").size() == 20'000);
}
