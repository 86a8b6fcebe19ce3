#include "page/visible_text.h"

#include <string>

#include "fake_snapshot.h"
#include "page/document.h"
#include "support/catch.h"

using namespace keepleaf;

namespace {

std::string text_of(std::string_view html, page::Flavour flavour = page::Flavour::html) {
  std::string out;
  CHECK(page::append_visible_text(html, flavour, 1 << 20, out));
  return out;
}

struct Case {
  std::string_view html;
  std::string_view text;
};

}  // namespace

TEST_CASE("blocks are lines, inline elements are not") {
  const Case cases[] = {
      {"<p>a<p>b", "a\nb"},
      {"<p>a</p> <p>b</p>", "a\nb"},
      {"a<b>b</b>c <i>d</i>", "abc d"},
      {"  a \n\t b  ", "a b"},
      {"a<br>b<br/>c", "a\nb\nc"},
      {"<ul><li>a<li>b</ul>c", "a\nb\nc"},
      {"<table><tr><td>a<td>b<tr><th>c</th> <th>d</table>", "a\tb\nc\td"},
      {"<pre>a\n  b\tc</pre>d", "a\n  b\tc\nd"},
      {"<div><div>a</div></div><span>b</span>", "a\nb"},
      {"<h1>a</h1>b<hr>c", "a\nb\nc"},
      {"<p>a<keepleaf-as-div>b</keepleaf-as-div>c",
       "a\nb\nc"},  // a block under the name that stands in for its own
      {"a<!-- x -->b", "ab"},
      {"a&amp;b&eacute;&#x4E2D;&hellip;&nonsense;", "a&b\xC3\xA9\xE4\xB8\xAD\xE2\x80\xA6&nonsense;"},
      {"1 < 2 &lt; 3", "1 < 2 < 3"},
      {"<xmp><b>a</b></xmp>", "<b>a</b>"},
      {"<ruby>\xE6\xBC\xA2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "\xE6\xBC\xA2kan"},
      {"<select><option>a<option selected>b<option>c</select>d", "b\nd"},
      {"<input value=a><input type=TEXT value='b c'><input type=hidden value=x><input type=submit value=y>",
       "a b c"},
      {"<textarea>a\n b</textarea>c", "a\n b\nc"},
      {"<svg><title>x</title><text>a</text><defs><text>x</text></defs></svg>", "a"},
      {"<svg><style>x</style></svg>a", "a"},
      {"<math><mi>a</mi><annotation>x</annotation></math>", "a"},
      {"", ""},
  };
  for (const Case& c : cases) {
    INFO(c.html);
    CHECK(text_of(c.html) == c.text);
  }
}

TEST_CASE("what a reader does not see is left out, and nothing with it") {
  const Case cases[] = {
      {"<head><title>x</title><meta x>y</head><body>a", "a"},
      {"<script>x</script>a<style>x</style>b<noscript>x</noscript>c", "abc"},
      {"<p hidden>x<p>a", "a"},
      {"<p hidden>x<div>a</div>", "a"},
      {"<li hidden>x<ul><li>x</ul><li>a", "a"},
      {"<table><tr hidden><td>x<tr><td>a</table>", "a"},
      {"<table><tr><td hidden>x<td>a</table>", "a"},
      {"<div hidden><p>x</p></div></div>a", "a"},
      {"<div hidden=until-found>a</div>", "a"},
      {"<div style='color:red; display : none'>x</div>a", "a"},
      {"<div style='display:none!important'>x</div>a", "a"},
      {"<div style='x-display:none'>a</div>", "a"},
      {"<div style='display:&#110;one'>x</div>a", "a"},
      {"<template>x</template>a", "a"},
      {"<template><template shadowrootmode=open>x</template></template>a", "a"},
      {"<div><template shadowrootmode=open><p>a</p><slot></slot></template>b</div>", "a\nb"},
      {"<template></div>x</template>a", "a"},
      {"<dialog>x</dialog><dialog open>a</dialog>", "a"},
      {"<details><summary>a</summary>b</details>", "a\nb"},
      {"<video>x</video><audio>x</audio><canvas>x</canvas><iframe>x</iframe>a", "a"},
      {"<img alt=x>a", "a"},
      {"<datalist><option>x</datalist>a", "a"},
      {"<span hidden>x<span>x</span>x</span>a", "a"},
      {"<b hidden>x</i>x</b>a", "a"},
      {"<svg><keepleaf-as-div>x</keepleaf-as-div><text>a</text></svg>", "a"},
      {"<keepleaf-as-div>a</keepleaf-as-div>", "a"},
      {"<!-- <p>x", ""},
      {"a<p", "a"},
  };
  for (const Case& c : cases) {
    INFO(c.html);
    CHECK(text_of(c.html) == c.text);
  }
}

TEST_CASE("XHTML's empty elements are empty") {
  CHECK(text_of("<div hidden='hidden'/>a<script/>b<title/>c<![CDATA[<d>]]>", page::Flavour::xml) == "abc<d>");
}

TEST_CASE("text is cut between characters, and says so") {
  std::string out;
  CHECK(page::append_visible_text("\xE4\xB8\xAD\xE4\xB8\xAD", page::Flavour::html, 6, out));
  CHECK(out == "\xE4\xB8\xAD\xE4\xB8\xAD");
  out.clear();
  CHECK_FALSE(page::append_visible_text("\xE4\xB8\xAD\xE4\xB8\xAD", page::Flavour::html, 5, out));
  CHECK(out == "\xE4\xB8\xAD");
}

TEST_CASE("deeper than browsers nest, text is still read") {
  std::string html;
  for (int i = 0; i < 100'000; ++i) html += "<div>";
  html += "a";
  for (int i = 0; i < 100'000; ++i) html += "</div>";
  CHECK(text_of(html + "<p hidden>x</p>b") == "a\nb");
}

TEST_CASE("the text of a snapshot is the page's, then its frames', in the order of parts") {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://e/", "text/html", "<p>page");
  snapshot.add("stylesheet", "https://e/c", "text/css", "x");
  snapshot.add("frame", "https://e/f", "text/html; charset=iso-8859-1", "<p>fr\xE9me");
  snapshot.add_missing("frame", "https://e/g", "no_permission");
  snapshot.add("frame", "https://e/t", "text/plain", "<plain>\n");
  snapshot.add("frame", "https://e/p", "application/pdf", "%PDF-");
  snapshot.add("frame", "https://e/s", "image/svg+xml", "<svg><text>drawn</text></svg>");
  const auto text = page::extract_text(snapshot);
  REQUIRE(text);
  CHECK(text->text == "page\nfr\xC3\xA9me\n<plain>\ndrawn");
  CHECK_FALSE(text->truncated);
}

TEST_CASE("a text root is its own text, a PDF has none") {
  test::FakeSnapshot text;
  text.add("document", "https://e/", "text/plain; charset=shift_jis", "\x93\xFA\x96\x7B");
  CHECK(page::extract_text(text)->text == "\xE6\x97\xA5\xE6\x9C\xAC");
  test::FakeSnapshot pdf;
  pdf.add("document", "https://e/", "application/pdf", "%PDF-1.7 text");
  CHECK(page::extract_text(pdf)->text.empty());
}

TEST_CASE("more than 16 MiB of text is cut at the limit") {
  test::FakeSnapshot snapshot;
  const std::string line = std::string(1023, 'x') + "\n";
  std::string big;
  for (int i = 0; i < 16 * 1024 + 1; ++i) big += line;
  snapshot.add("document", "https://e/", "text/plain", big);
  snapshot.add("frame", "https://e/f", "text/html", "<p>more");
  const auto text = page::extract_text(snapshot);
  REQUIRE(text);
  CHECK(text->truncated);
  CHECK(text->text.size() == 16U << 20);
}

TEST_CASE("a document that can't be read is an error, not an empty text") {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://e/", "text/html", "<p>page");
  snapshot.damage(0, ErrorCode::corrupt);
  const auto text = page::extract_text(snapshot);
  REQUIRE_FALSE(text);
  CHECK(text.error().code == ErrorCode::corrupt);
}

TEST_CASE("the title is the document's first, its white space folded") {
  const Case cases[] = {
      {"<title>a</title><title>b</title>", "a"},
      {"<title>\n a \t b&amp;&eacute;\n</title>", "a b&\xC3\xA9"},
      {"<svg><title>x</title></svg><title>a</title>", "a"},
      {"<title><b>a</b></title>", "<b>a</b>"},
      {"<title>unclosed", "unclosed"},
      {"<TITLE lang=x>a</TITLE>", "a"},
      {"<title></title>", ""},
      {"<title>a\xFF</title>", "a\xEF\xBF\xBD"},
      {"<!--<title>x</title>--><script>'<title>x</title>'</script><p>", ""},
  };
  for (const Case& c : cases) {
    INFO(c.html);
    CHECK(page::html_title(c.html) == c.text);
  }
}
