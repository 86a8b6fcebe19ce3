// References as they stand in HTML and CSS, resolved as browsers do.
#include <array>

#include "support/catch.h"
#include "url/url.h"

using keepleaf::ErrorCode;
using keepleaf::url::resolve;

namespace {

struct Case {
  std::string base;
  std::string reference;
  std::string expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    INFO(c.base << " + " << c.reference);
    const auto resolved = resolve(c.base, c.reference);
    REQUIRE(resolved);
    CHECK(*resolved == c.expected);
  }
}

}  // namespace

TEST_CASE("the examples of RFC 3986 section 5.4 resolve as a browser resolves them") {
  const std::string base = "http://a/b/c/d;p?q";
  check({{base, "g", "http://a/b/c/g"},
         {base, "./g", "http://a/b/c/g"},
         {base, "g/", "http://a/b/c/g/"},
         {base, "/g", "http://a/g"},
         {base, "//g", "http://g/"},
         {base, "?y", "http://a/b/c/d;p?y"},
         {base, "g?y", "http://a/b/c/g?y"},
         {base, "#s", "http://a/b/c/d;p?q#s"},
         {base, "g#s", "http://a/b/c/g#s"},
         {base, "g?y#s", "http://a/b/c/g?y#s"},
         {base, ";x", "http://a/b/c/;x"},
         {base, "g;x", "http://a/b/c/g;x"},
         {base, "", "http://a/b/c/d;p?q"},
         {base, ".", "http://a/b/c/"},
         {base, "./", "http://a/b/c/"},
         {base, "..", "http://a/b/"},
         {base, "../", "http://a/b/"},
         {base, "../g", "http://a/b/g"},
         {base, "../..", "http://a/"},
         {base, "../../g", "http://a/g"},
         {base, "../../../g", "http://a/g"},
         {base, "/./g", "http://a/g"},
         {base, "/../g", "http://a/g"},
         {base, "g.", "http://a/b/c/g."},
         {base, "..g", "http://a/b/c/..g"},
         {base, "./../g", "http://a/b/g"},
         {base, "./g/.", "http://a/b/c/g/"},
         {base, "g/../h", "http://a/b/c/h"},
         {base, "g;x=1/../y", "http://a/b/c/y"},
         {base, "g?y/./x", "http://a/b/c/g?y/./x"},
         {base, "g#s/../x", "http://a/b/c/g#s/../x"},
         {base, "http:g", "http://a/b/c/g"},
         {base, "https:g", "https://g/"},
         {base, "g:h", "g:h"}});
}

TEST_CASE("what stands in real pages resolves") {
  const std::string base = "https://example.com/docs/page.html?v=1#part";
  check({{base, "//cdn.example/x.js", "https://cdn.example/x.js"},
         {base, "//CDN.example:443/x.js", "https://cdn.example/x.js"},
         {base, "  img/a b.png\n", "https://example.com/docs/img/a%20b.png"},
         {base, "a\nb.png", "https://example.com/docs/ab.png"},
         {base, "图.png", "https://example.com/docs/%E5%9B%BE.png"},
         {base, "?q=日本&x='1'", "https://example.com/docs/page.html?q=%E6%97%A5%E6%9C%AC&x=%271%27"},
         {base, "#a b", "https://example.com/docs/page.html?v=1#a%20b"},
         {base, "..\\img\\a.png", "https://example.com/img/a.png"},
         {base, "\\\\cdn.example\\a.png", "https://cdn.example/a.png"},
         {base, "%2e%2e/a.png", "https://example.com/a.png"},
         {base, "a%2Fb|c^[d]", "https://example.com/docs/a%2Fb|c%5E[d]"},
         {base, "HTTP://Example.ORG", "http://example.org/"},
         {base, "https://bücher.example/a", "https://xn--bcher-kva.example/a"},
         {base, "http://user:secret@example.org/a", "http://example.org/a"},
         {base, "//user:secret@example.org/a", "https://example.org/a"},
         {base, "////example.org/a", "https://example.org/a"},
         {base, "https:///example.org/a", "https://example.org/a"},
         {base, "http://[::1]:80/a", "http://[::1]/a"},
         {base, "http://127.1/a", "http://127.0.0.1/a"},
         {base, "a//b", "https://example.com/docs/a//b"},
         {base, "?", "https://example.com/docs/page.html?"},
         {base, "#", "https://example.com/docs/page.html?v=1#"},
         {"https://example.com", "a", "https://example.com/a"},
         {"https://user:pw@example.com:444/x/", "y", "https://example.com:444/x/y"},
         {"https://example.com/a/b/", "..", "https://example.com/a/"},
         {"ws://example.com/a", "b", "ws://example.com/b"}});
}

TEST_CASE("what has no place of its own comes back as it is") {
  const std::string base = "https://example.com/";
  for (const std::string reference :
       {"data:image/png;base64,AAAA", "data:,a%20b c#d", "blob:https://example.com/0b3e", "about:blank",
        "about:srcdoc#x", "mailto:a@example.com?subject=x y", "javascript:void(0)", "tel:+1",
        "keepleaf-part:7", "chrome-extension://abc/x.png"}) {
    INFO(reference);
    CHECK(resolve(base, reference) == reference);
    CHECK(resolve("about:blank", reference) == reference);
  }
  CHECK(resolve(base, "DATA:,A") == "data:,A");
}

TEST_CASE("a data URL of some megabytes comes back whole") {
  const std::string data = "data:;base64," + std::string(5'000'000, 'A');
  CHECK(resolve("https://example.com/", data) == data);
}

TEST_CASE("files resolve to files") {
  check({{"file:///home/a/index.html", "b.png", "file:///home/a/b.png"},
         {"file:///home/a/index.html", "../b.png", "file:///home/b.png"},
         {"file:///home/a/index.html", "/b.png", "file:///b.png"},
         {"file:///home/a/index.html", "file:c.png", "file:///home/a/c.png"},
         {"file:///home/a/index.html", "file://localhost/c.png", "file:///c.png"},
         {"file:///home/a/index.html", "https://example.com/x", "https://example.com/x"},
         {"file:///a?b#c", "#d", "file:///a?b#d"}});
}

TEST_CASE("pages of other hierarchical schemes resolve below themselves") {
  check({{"moz-extension://id/page/a.html", "b.png", "moz-extension://id/page/b.png"},
         {"moz-extension://id/page/a.html", "/b.png", "moz-extension://id/b.png"},
         {"moz-extension://id", "b", "moz-extension://id/b"},
         {"moz-extension://id/a", "//other/b", "moz-extension://other/b"}});
}

TEST_CASE("an opaque base takes fragments and nothing else relative") {
  CHECK(resolve("about:srcdoc", "#part") == "about:srcdoc#part");
  CHECK(resolve("data:text/html,x#a", "#b") == "data:text/html,x#b");
  for (const std::string reference : {"a.png", "/a.png", "//example.com/a", "?q", "", "https:a"}) {
    INFO(reference);
    const auto resolved = resolve("about:blank", reference);
    if (reference == "https:a") {  // no base of that scheme: a host
      CHECK(resolved == "https://a/");
    } else {
      REQUIRE_FALSE(resolved);
      CHECK(resolved.error().code == ErrorCode::bad_request);
    }
  }
}

TEST_CASE("what is no URL is refused") {
  for (const std::string reference : {"https://", "http://exa mple.com/", "//", "http://a:b/", "//[::1",
                                      "https://a..b/", "http://256.1.1.1/"}) {
    INFO(reference);
    const auto resolved = resolve("https://example.com/", reference);
    REQUIRE_FALSE(resolved);
    CHECK(resolved.error().code == ErrorCode::bad_request);
  }
  const auto relative_base = resolve("no/base", "a");
  REQUIRE_FALSE(relative_base);
  CHECK(relative_base.error().code == ErrorCode::bad_request);
}

TEST_CASE("a resolved URL of 64 KiB is given and one byte more is too large") {
  const std::string base = "https://example.com/";
  const auto fits = resolve(base, std::string(keepleaf::url::kMaxUrl - base.size(), 'a'));
  REQUIRE(fits);
  CHECK(fits->size() == keepleaf::url::kMaxUrl);
  const auto over = resolve(base, std::string(keepleaf::url::kMaxUrl - base.size() + 1, 'a'));
  REQUIRE_FALSE(over);
  CHECK(over.error().code == ErrorCode::too_large);
}

TEST_CASE("a resolved URL resolves to itself") {
  for (const std::string reference :
       {"a b?c d#e f", "../é", "//ö.example", "x|y", "%zz", "a\\b", "?%", "#<>`"}) {
    const auto once = resolve("https://example.com/a/b", reference);
    REQUIRE(once);
    CHECK(resolve("https://elsewhere.example/", *once) == *once);
  }
}

TEST_CASE("random bytes never do more than fail") {
  std::uint32_t state = 20261122;
  const auto next = [&state] { return state = state * 1664525U + 1013904223U; };
  constexpr std::string_view kPieces[] = {
      "http", "file", ":", "/",    "//",           "\\", "?",  "#",   "@",  "[", "]",    "..",      ".",
      "%2e",  "%",    "a", "\xff", "\xe6\x97\xa5", " ",  "\n", ":80", "0x", "1", "xn--", "\xc2\xad"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint32_t i = (next() >> 16) % 12; i > 0; --i)
      text += kPieces[(next() >> 16) % std::size(kPieces)];
    const auto resolved = resolve("http://example.com/a/b?c#d", text);
    if (resolved && resolved->starts_with("http")) {
      INFO(text << " → " << *resolved);
      CHECK(resolve("about:blank", *resolved) == *resolved);
    }
    const auto identity = keepleaf::url::identify(text);
    if (identity) CHECK(keepleaf::url::identify(identity->canonical)->canonical == identity->canonical);
  }
}

TEST_CASE("the part before the fragment is cut off at the first #") {
  using keepleaf::url::without_fragment;
  CHECK(without_fragment("https://example.com/a?b#c#d") == "https://example.com/a?b");
  CHECK(without_fragment("https://example.com/") == "https://example.com/");
  CHECK(without_fragment("#") == "");
  CHECK(without_fragment("") == "");
}

TEST_CASE("a host is spelled as in identities") {
  using keepleaf::url::ascii_host;
  CHECK(ascii_host("Bücher.Example") == "xn--bcher-kva.example");
  CHECK(ascii_host("[::0001]") == "[::1]");
  CHECK_FALSE(ascii_host("a b"));
  CHECK_FALSE(ascii_host(""));
}
