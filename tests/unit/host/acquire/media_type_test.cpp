#include "acquire/media_type.h"

#include "support/catch.h"

using namespace keepleaf;
using acquire::media_type_of;

namespace {
std::string sniffed(std::string_view start) { return media_type_of("", as_bytes(start)); }
}  // namespace

TEST_CASE("a type that was sent is believed") {
  CHECK(media_type_of("text/plain; charset=x", as_bytes("<html>")) == "text/plain; charset=x");
  CHECK(media_type_of("application/octet-stream", as_bytes("%PDF-1.7")) == "application/octet-stream");
}

TEST_CASE("without a type, the first bytes tell") {
  CHECK(sniffed("\n <!DOCTYPE html><p>") == "text/html");
  CHECK(sniffed("<HTML >") == "text/html");
  CHECK(sniffed("<!--x-->") == "text/html");
  CHECK(sniffed("<p>x") == "text/html");
  CHECK(sniffed("<?xml version='1.0'?>") == "text/xml");
  CHECK(sniffed("%PDF-1.4") == "application/pdf");
  CHECK(sniffed("\x89PNG\r\n\x1A\n...") == "image/png");
  CHECK(sniffed("RIFF....WEBPVP8 ") == "image/webp");
  CHECK(sniffed("plain words") == "text/plain");
  CHECK(sniffed("") == "text/plain");
  CHECK(sniffed(std::string_view("a\0b", 3)) == "application/octet-stream");
  CHECK(sniffed("<picture>") == "text/plain");
  CHECK(media_type_of("nonsense", as_bytes("<html>")) == "text/html");
  CHECK(media_type_of("unknown/unknown", as_bytes("<html>")) == "text/html");
}

TEST_CASE("parameters and case do not hide what a type is") {
  CHECK(acquire::essence(" Text/HTML ; charset=utf-8") == "text/html");
  CHECK(acquire::essence("html").empty());
  CHECK(acquire::essence("/x").empty());
  CHECK(acquire::essence("x/").empty());
  CHECK(acquire::is_html("Application/XHTML+xml; a=b"));
  CHECK_FALSE(acquire::is_html("text/htmlx"));
  CHECK_FALSE(acquire::is_html(""));
}

TEST_CASE("an error page is no style sheet") {
  CHECK(acquire::may_be_stylesheet("text/css"));
  CHECK(acquire::may_be_stylesheet(""));
  CHECK(acquire::may_be_stylesheet("text/plain"));
  CHECK_FALSE(acquire::may_be_stylesheet("text/html; charset=utf-8"));
  CHECK_FALSE(acquire::may_be_stylesheet("application/json"));
}
