#include "page/exports/markdown.h"

#include <string>

#include "fake_snapshot.h"
#include "support/results.h"

using namespace keepleaf;

namespace {

std::string markdown(std::string_view html) { return page::markdown_of_html(html, page::Flavour::html); }

struct Case {
  std::string_view html;
  std::string_view text;
};

}  // namespace

TEST_CASE("headings, paragraphs and inline markup survive") {
  const Case cases[] = {
      {"<h1>A</h1><p>one<p>two", "# A\n\none\n\ntwo\n"},
      {"<h3> Deep <em>down</em> </h3>", "### Deep *down*\n"},
      {"a <b> bold </b>b", "a **bold** b\n"},
      {"<b></b><i> </i>x", "x\n"},
      {"<b><i>x</b>y</i>", "***x***y\n"},
      {"<p><a href='https://e.example/a b(c)'>to <b>it</b></a>.",
       "[to **it**](<https://e.example/a b(c)>).\n"},
      {"<a href='javascript:x'>plain</a> <a href='#f'>f</a>", "plain f\n"},
      {"<a href='https://e.example/'><img src=x></a>x", "x\n"},
      {"<img alt='A [cat]' src='https://e.example/c.png'>", "![A \\[cat\\]](https://e.example/c.png)\n"},
      {"<s>old</s> <code>a`b</code>", "~~old~~ ``a`b``\n"},
      {"one<br>two<br></p>", "one\\\ntwo\n"},
      {"<hr>x", "---\n\nx\n"},
      {"<script>no</script><p hidden>no</p><style>no</style>yes", "yes\n"},
  };
  for (const Case& one : cases) {
    INFO(one.html);
    CHECK(markdown(one.html) == one.text);
  }
}

TEST_CASE("text that looks like markup means itself") {
  const Case cases[] = {
      {"<p>1. not *a* list", "1\\. not \\*a\\* list\n"},
      {"<p># no_heading_ here_", "\\# no_heading\\_ here\\_\n"},
      {"<p>- x<br>- y", "\\- x\\\n\\- y\n"},
      {"<p>&lt;b&gt; &amp;amp; a|b [x](y) \\", "\\<b> \\&amp; a\\|b \\[x\\](y) \\\\\n"},
  };
  for (const Case& one : cases) {
    INFO(one.html);
    CHECK(markdown(one.html) == one.text);
  }
}

TEST_CASE("lists and quotations nest") {
  CHECK(markdown("<ul><li>a<ul><li>b<li>c</ul><li>d</ul>e") == "- a\n  - b\n  - c\n- d\n\ne\n");
  CHECK(markdown("<ol start=9><li>a<li><p>b<p>c</ol>") == "9. a\n10. b\n\n    c\n");
  CHECK(markdown("<blockquote>a<p>b<ul><li>c</ul></blockquote>d") == "> a\n>\n> b\n>\n> - c\n\nd\n");
  CHECK(markdown("<dl><dt>T<dd>D</dl>") == "**T**\n\n- D\n");
}

TEST_CASE("code keeps its lines, its language and its backticks") {
  CHECK(markdown("<pre>\n a\n  b &lt;\n</pre>") == "```\n a\n  b <\n```\n");
  CHECK(markdown("<pre><code class='hl language-c++'>int\n</code></pre>") == "```c++\nint\n```\n");
  CHECK(markdown("<pre>```\nx</pre>") == "````\n```\nx\n````\n");
  CHECK(markdown("<ul><li>a<pre>x\n\ny</pre></ul>") == "- a\n\n  ```\n  x\n\n  y\n  ```\n");
}

TEST_CASE("tables are tables, and what only arranges is not") {
  CHECK(markdown("<table><tr><th>A<th>B<tr><td>1|2<td><code>x|y</code><tr><td>3</table>") ==
        "| A | B |\n| --- | --- |\n| 1\\|2 | `x\\|y` |\n| 3 |  |\n");
  CHECK(markdown("<table><tr><td>left<td>right</table>z") == "left\n\nright\n\nz\n");
  CHECK(markdown("<table><tr><td><p>a<p>b<td>c<tr><td>d<td><table><tr><td>e<td>f</table></table>") ==
        "| a b | c |\n| --- | --- |\n| d | e f |\n");
}

TEST_CASE("nesting without end and broken markup end in a text") {
  for (const std::string_view piece :
       {"<ul><li>", "<blockquote>", "<table><tr><td>", "<b><a href=https://e.example/>", "<pre>"}) {
    std::string html;
    for (int i = 0; i < 5000; ++i) html += piece;
    const auto text = markdown(html + "end");
    CHECK(text.find("end") != std::string::npos);
    CHECK(text.size() < 100'000);
  }
}

TEST_CASE("a snapshot's frames follow its page, and what has no text says so") {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://e.example/", "text/html", "<h1>Page</h1>");
  snapshot.add("frame", "https://e.example/f", "text/html", "<p>frame");
  CHECK(test::must(page::markdown_of(snapshot)) == "# Page\n\nframe\n");
  test::FakeSnapshot pdf;
  pdf.add("document", "https://e.example/p", "application/pdf", "%PDF");
  CHECK(test::must(page::markdown_of(pdf)).find("application/pdf") != std::string::npos);
  CHECK(page::markdown_front_matter({"a \"b\": c", "https://e.example/", 0}) ==
        "---\ntitle: \"a \\\"b\\\": c\"\nurl: \"https://e.example/\"\ntaken_at: "
        "1970-01-01T00:00:00.000Z\n---\n\n");
}
