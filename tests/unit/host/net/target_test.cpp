#include "net/target.h"

#include "support/catch.h"

using namespace keepleaf;
using net::parse_target;
using net::redirect_target;

TEST_CASE("a target is the URL without credentials and fragment") {
  const auto target = parse_target("HTTP://User:Secret@Example.ORG:8080/a b?q=1#frag");
  REQUIRE(target);
  CHECK(target->url == "http://Example.ORG:8080/a%20b?q=1");
  CHECK(target->fragment == "frag");
  CHECK(target->host == "example.org");
  CHECK(target->port == 8080);
}

TEST_CASE("the port of the scheme is known") {
  CHECK(parse_target("http://example.org/")->port == 80);
  CHECK(parse_target("https://example.org/")->port == 443);
}

TEST_CASE("numeric hosts in odd spellings are the address that they mean") {
  CHECK(parse_target("http://0x7f000001/")->host == "127.0.0.1");
  CHECK(parse_target("http://2130706433/")->host == "127.0.0.1");
  CHECK(parse_target("http://0177.1/")->host == "127.0.0.1");
}

TEST_CASE("an IPv6 host has no brackets") { CHECK(parse_target("http://[::1]:81/")->host == "::1"); }

TEST_CASE("what can't be fetched is refused") {
  CHECK(parse_target("file:///etc/passwd").error().code == ErrorCode::unsupported);
  CHECK(parse_target("ftp://example.org/").error().code == ErrorCode::unsupported);
  CHECK(parse_target("javascript:alert(1)").error().code != ErrorCode::internal);
  CHECK(parse_target("/relative").error().code == ErrorCode::bad_request);
  CHECK(parse_target("").error().code == ErrorCode::bad_request);
  CHECK(parse_target("http://").error().code == ErrorCode::bad_request);
  CHECK(parse_target("http://example.org:99999/").error().code == ErrorCode::bad_request);
  CHECK(parse_target("http://exa mple.org/").error().code == ErrorCode::bad_request);
}

TEST_CASE("a redirect is resolved against where it came from") {
  const auto from = *parse_target("https://example.org/a/b?q=1#keep");
  CHECK(redirect_target(from, "c")->with_fragment() == "https://example.org/a/c#keep");
  CHECK(redirect_target(from, "/x#own")->with_fragment() == "https://example.org/x#own");
  CHECK(redirect_target(from, "//other.example/y")->with_fragment() == "https://other.example/y#keep");
  CHECK(redirect_target(from, "?z")->url == "https://example.org/a/b?z");
  CHECK(redirect_target(from, "http://u:p@plain.example/")->url == "http://plain.example/");
  CHECK(redirect_target(from, "file:///etc/passwd").error().code == ErrorCode::unsupported);
}
