// srcset, data: addresses, media types, references and addresses.
#include <string>
#include <vector>

#include "page/address.h"
#include "page/data_url.h"
#include "page/html_text.h"
#include "page/media_type.h"
#include "page/part_index.h"
#include "page/srcset.h"
#include "support/catch.h"

using namespace keepleaf;
using page::Use;

TEST_CASE("srcset is split where browsers split it") {
  struct Case {
    std::string_view value;
    std::string_view out;
  };
  const Case cases[] = {
      {"a 1x, b 2x", "a 1x, b 2x"},
      {"a,b 2x", "a,b 2x"},
      {"a, b", "a, b"},
      {",,a ,b", "a, b"},
      {"data:image/png,x 1x", "data:image/png,x 1x"},
      {"a (1x, 2x) , b", "b"},
      {"a 1.5x, b 640w  480h, c 1e3x", "a 1.5x, b 640w  480h, c 1e3x"},
      {"a x, b 2, c 2y, d 1x<b>, e https://e.example/ 1x, f", "f"},
      {"  ", ""},
      {"a   640w  ,\nb", "a 640w, b"},
      {"a,", "a"},
      {",", ""},
      {"a 1x,b 2x", "a 1x, b 2x"},
  };
  for (const Case& c : cases) {
    INFO(c.value);
    CHECK(page::write_srcset(page::parse_srcset(c.value)) == c.out);
  }
}

TEST_CASE("data: addresses are read as fetch reads them") {
  const auto read = [](std::string_view url) -> std::string {
    const auto data = page::parse_data_url(url);
    return data ? data->media_type + "|" + std::string(as_text(data->bytes)) : "none";
  };
  CHECK(read("data:text/css,a%7Bb%7D#frag") == "text/css|a{b}");
  CHECK(read("DATA:text/css;charset=x;base64,YWI=") == "text/css;charset=x|ab");
  CHECK(read("data:;base64,YWI") == "text/plain;charset=US-ASCII|ab");
  CHECK(read("data:;charset=x,a") == "text/plain;charset=x|a");
  CHECK(read("data:x/y; BASE64 ,YW%0AI%3D") == "x/y|ab");
  CHECK(read("data:x/y;base64,YWJ") == "x/y|ab");
  CHECK(read("data:x/y;base64,Y") == "none");
  CHECK(read("data:x/y;base64,Y?==") == "none");
  CHECK(read("data:nocomma") == "none");
  CHECK(read("https://e/") == "none");
}

TEST_CASE("bytes get a type that suits their use, never a document's") {
  const auto type = [](std::string_view given, std::string_view bytes, Use use) {
    return page::data_type(given, as_bytes(bytes), use);
  };
  CHECK(type("image/png", "x", Use::image) == "image/png");
  CHECK(type("IMAGE/PNG; x=y", "x", Use::image) == "image/png");
  CHECK(type("text/html", "\x89PNG\r\n\x1A\n", Use::image) == "image/png");
  CHECK(type("text/html", "<script>", Use::image) == "application/octet-stream");
  CHECK(type("", "<?xml?><!-- x --><svg>", Use::image) == "image/svg+xml");
  CHECK(type("image/svg+xml; charset=latin1", "<svg>", Use::image) == "image/svg+xml;charset=windows-1252");
  CHECK(type("image/png\" onerror=x", "x", Use::image) == "application/octet-stream");
  CHECK(type("text/plain", "wOF2", Use::font) == "font/woff2");
  CHECK(type("image/png", "x", Use::font) == "application/octet-stream");
  CHECK(type("text/vtt", "WEBVTT", Use::text_track) == "text/vtt");
  CHECK(page::data_url_suits("data:image/svg+xml,<svg>", Use::image));
  CHECK_FALSE(page::data_url_suits("data:text/html,<p>", Use::image));
  CHECK_FALSE(page::data_url_suits("data:image/svg+xml,<svg>", Use::frame));
  CHECK_FALSE(page::data_url_suits("data:image/png", Use::image));
}

TEST_CASE("media types are known by their essence") {
  CHECK(page::essence(" Text/HTML ; charset=x") == "text/html");
  CHECK(page::essence("html").empty());
  CHECK(page::essence("a/b/c").empty());
  CHECK(page::essence("text/h\"ml").empty());
  CHECK(page::looks_like_html(as_bytes(" <!-- x --> <!DOCTYPE HTML>")));
  CHECK_FALSE(page::looks_like_html(as_bytes("{\"html\":1}")));
}

TEST_CASE("character references mean what the HTML Standard says") {
  using page::ReferenceContext;
  struct Case {
    std::string_view text;
    std::string_view in_text;
    std::string_view in_attribute;
  };
  const Case cases[] = {
      {"a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'", "a&b<>\"'"},
      {"&#65;&#x42;&#X43", "ABC", "ABC"},
      {"&#0;&#xD800;&#x110000;&#99999999999;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
       "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"&#128;", "€", "€"},
      {"&#;&#x;&;& ", "&#;&#x;&;& ", "&#;&#x;&;& "},
      {"?a=1&copy=2", "?a=1©=2", "?a=1&copy=2"},
      {"?a&copy", "?a©", "?a©"},
      {"&colon;&Tab;&NewLine;", ":\t\n", ":\t\n"},
      {"&notit;&notin;", "¬it;∉", "&notit;∉"},
      {"&fjlig;", "fj", "fj"},
      {"\n&hellip;\"<b>", "\n…\"<b>", "\n…\"<b>"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(page::decode_references(c.text, ReferenceContext::text) == c.in_text);
    CHECK(page::decode_references(c.text, ReferenceContext::attribute) == c.in_attribute);
    const std::string escaped = page::escape_attribute(c.in_attribute);
    CHECK(page::decode_references(escaped, ReferenceContext::attribute) == c.in_attribute);
    CHECK(escaped.find_first_of("<\"") == std::string::npos);
  }
}

TEST_CASE("addresses are resolved, and others are told apart") {
  const std::string_view base = "https://example.org/a/b?c";
  CHECK(page::absolute(base, " ../x\n?y ") == "https://example.org/x?y");
  CHECK(page::absolute(base, "//other.example/x#f") == "https://other.example/x#f");
  CHECK(page::absolute(base, "data:,x y") == "data:,x y");
  CHECK(page::absolute(base, "java\tscript:1") == "javascript:1");
  CHECK(page::absolute("about:srcdoc", "x").empty());
  CHECK(page::scheme_of("\x01 HT\ntp:x") == "http");
  CHECK(page::scheme_of("a/b:c").empty());
  CHECK(page::scheme_of("1a:b").empty());
  CHECK(page::part_number("keepleaf-part:12#x") == 12U);
  CHECK_FALSE(page::part_number("keepleaf-part:-1"));
  CHECK_FALSE(page::part_number("keepleaf-part:1x"));
  CHECK_FALSE(page::part_number("keepleaf-part:"));
  CHECK_FALSE(page::part_number("keepleaf-part:99999999999"));
  CHECK(page::may_be_linked("mailto:a@b"));
  CHECK_FALSE(page::may_be_linked("javascript:1"));
  CHECK_FALSE(page::may_be_linked("chrome://x"));
}

TEST_CASE("of several parts with one address the nearest is found") {
  std::vector<page::PartRecord> parts;
  const auto add = [&](std::string role, std::string url, std::optional<std::uint32_t> parent,
                       std::string status = "ok") {
    page::PartRecord part;
    part.n = static_cast<std::uint32_t>(parts.size());
    part.role = std::move(role);
    part.url = std::move(url);
    part.parent = parent;
    part.status = std::move(status);
    if (part.status == "ok") part.object = Sha256Digest{};
    parts.push_back(part);
  };
  add("document", "https://e/", std::nullopt);
  add("image", "https://e/i", 0, "unreachable");
  add("image", "https://E/i", 0);
  add("frame", "https://e/i", 0);
  add("image", "https://e/i", 3);
  add("image", "https://e/i", 3);
  const page::PartIndex index(parts);
  CHECK(index.find("https://e/i", 3, false)->n == 4);
  CHECK(index.find("https://e/i#f", 9, false)->n == 2);
  CHECK(index.find("HTTPS://e:443/i", 0, false)->n == 2);
  CHECK(index.find("https://e/i", 0, true)->n == 3);
  CHECK(index.find("https://e/none", 0, false) == nullptr);
  CHECK(index.number(1) == nullptr);
  CHECK(index.number(6) == nullptr);
  CHECK(index.number(5)->n == 5);
}
