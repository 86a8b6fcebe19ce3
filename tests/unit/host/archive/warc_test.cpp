// WARC and WACZ as crawlers and browsers' recorders write them.
#include "archive/limits.h"
#include "archive_fixture.h"

namespace keepleaf::test {
namespace {

const std::string kHtml = "200 OK\r\nContent-Type: text/html; charset=utf-8";
const std::string kPng = "200 OK\r\nContent-Type: image/png";

std::string site() {
  return response("https://e.example/", kHtml,
                  "<title>Start</title><img src=/i.png><iframe src=/f></iframe>") +
         response("https://e.example/i.png", "302 Found\r\nLocation: /j.png", "") +
         response("https://e.example/j.png", kPng, "\x89PNG\r\n\x1a\n") +
         response("https://e.example/f", kHtml, "<p>frame") +
         response("https://e.example/broken", "404 Not Found\r\nContent-Type: text/html", "gone");
}

std::string first_url(const Imported& imported) {
  return imported.result.pages.empty() ? std::string() : imported.result.pages[0].url;
}

}  // namespace

TEST_CASE("a WARC comes in plain, packed by record and packed as a whole", "[warc]") {
  std::string by_record;
  std::string rest = site();
  while (!rest.empty()) {
    const std::size_t next = rest.find("WARC/1.0", 1);
    by_record += gzipped(rest.substr(0, next));
    rest = next == std::string::npos ? std::string() : rest.substr(next);
  }
  for (const std::string& bytes : {site(), by_record, gzipped(site())}) {
    const Imported imported(bytes);
    CHECK(imported.result.format == "warc");
    const auto& page = imported.page();
    CHECK(page.page.url == "https://e.example/");
    CHECK(page.page.title == "Start");
    CHECK(page.page.taken_at == parse_time("2020-01-02T03:04:05Z"));
    REQUIRE(page.parts.size() == 3);
    // Redirected within the archive, and still found under the address that the page names.
    CHECK(imported.bytes(imported.part("https://e.example/i.png").n) == "\x89PNG\r\n\x1a\n");
    CHECK(imported.part("https://e.example/f").role == "frame");
  }
}

TEST_CASE("chunks and encodings of a response are undone", "[warc]") {
  const std::string body = "<title>Packed</title><p>body";
  const std::string zipped = gzipped(body);
  const auto chunked = [](const std::string& text) {
    char size[16];
    std::snprintf(size, sizeof size, "%zx", text.size() - 3);
    return "3\r\n" + text.substr(0, 3) + "\r\n" + size + ";x=y\r\n" + text.substr(3) + "\r\n0\r\n\r\n";
  };
  const std::string chunks = kHtml + "\r\nTransfer-Encoding: chunked";
  const std::vector<std::string> all = {
      response("https://e.example/", kHtml + "\r\nContent-Encoding: gzip", zipped),
      response("https://e.example/", kHtml + "\r\nContent-Encoding: deflate", packed(body, MAX_WBITS)),
      response("https://e.example/", kHtml + "\r\nContent-Encoding: deflate", packed(body, -MAX_WBITS)),
      response("https://e.example/", chunks, chunked(body)),
      response("https://e.example/", chunks + "\r\nContent-Encoding: gzip", chunked(zipped)),
      // Headers that were left as they were when the payload was unpacked.
      response("https://e.example/", chunks + "\r\nContent-Encoding: gzip", body),
  };
  for (const std::string& bytes : all) {
    CAPTURE(bytes);
    CHECK(Imported(bytes).page().page.title == "Packed");
  }
}

TEST_CASE("encodings on top of each other are undone up to a limit", "[warc][limits]") {
  const auto wrapped = [](std::uint32_t times) {
    std::string body = "<title>Deep</title>";
    std::string names;
    for (std::uint32_t i = 0; i < times; ++i) {
      body = gzipped(body);
      names += i == 0 ? "gzip" : ", gzip";
    }
    return response("https://e.example/", kHtml + "\r\nContent-Encoding: " + names, body);
  };
  CHECK(Imported(wrapped(archive::kLimits.encodings)).page().page.title == "Deep");
  const Imported beyond(wrapped(archive::kLimits.encodings + 1));
  REQUIRE(beyond.result.pages.size() == 1);
  REQUIRE(beyond.result.pages[0].error);
  CHECK(beyond.result.pages[0].error->code == ErrorCode::too_large);
}

TEST_CASE("redirects in a row are followed up to a limit", "[warc][limits]") {
  const auto chain = [](std::uint32_t hops) {
    std::string warc = response("https://e.example/", kHtml, "<img src=/0>");
    for (std::uint32_t i = 0; i < hops; ++i)
      warc += response("https://e.example/" + std::to_string(i),
                       "301 Moved\r\nLocation: /" + std::to_string(i + 1), "");
    return warc + response("https://e.example/" + std::to_string(hops), kPng, "png");
  };
  CHECK(Imported(chain(archive::kLimits.redirects)).part("https://e.example/0").status == "ok");
  CHECK(Imported(chain(archive::kLimits.redirects + 1)).part("https://e.example/0").status == "too_large");
}

TEST_CASE("a revisit has the bytes of the record that it repeats", "[warc]") {
  const std::string digest = "WARC-Payload-Digest: sha1:SAME\r\n";
  const std::string http = "application/http; msgtype=response";
  const std::string page = "HTTP/1.1 " + kHtml + "\r\n\r\n<img src=/new.png>";
  const Imported imported(
      warc_record("response", "https://e.example/", http, page) +
      warc_record("response", "https://e.example/old.png", http, "HTTP/1.1 " + kPng + "\r\n\r\nsame bytes",
                  digest) +
      warc_record("revisit", "https://e.example/new.png", http, "HTTP/1.1 " + kPng + "\r\n\r\n", digest));
  CHECK(imported.bytes(imported.part("https://e.example/new.png").n) == "same bytes");
}

TEST_CASE("of several versions the one nearest in time is taken", "[warc]") {
  const std::string http = "application/http; msgtype=response";
  const auto image = [&](const std::string& bytes, const std::string& date) {
    return warc_record("response", "https://e.example/i.png", http, "HTTP/1.1 " + kPng + "\r\n\r\n" + bytes,
                       "", date);
  };
  const Imported imported(image("older", "2020-01-01T00:00:00Z") + image("near", "2020-01-02T03:04:06Z") +
                          image("newer", "2021-01-01T00:00:00Z") +
                          response("https://e.example/", kHtml, "<img src=i.png>"));
  CHECK(imported.bytes(imported.part("https://e.example/i.png").n) == "near");
}

TEST_CASE("a WACZ says which of its documents are pages", "[wacz]") {
  const std::string pages =
      "{\"format\":\"json-pages-1.0\",\"id\":\"pages\",\"title\":\"All\"}\n"
      "{\"url\":\"https://e.example/f\",\"ts\":\"2020-01-02T03:04:05Z\",\"title\":\"Named\"}\n";
  const Imported imported(raw_zip(
      {{"datapackage.json", "{}"}, {"pages/pages.jsonl", pages}, {"archive/data.warc.gz", gzipped(site())}}));
  CHECK(imported.result.format == "wacz");
  CHECK(imported.page().page.url == "https://e.example/f");
  CHECK(imported.page().page.title == "Named");
}

TEST_CASE("a WARC that is cut off or lies about lengths is refused", "[warc][hostile]") {
  const std::string whole = response("https://e.example/", kHtml, "<p>text");
  for (std::size_t size = 10; size + 4 < whole.size(); size += 9) {
    CAPTURE(size);
    CHECK(Imported(whole.substr(0, size)).refused() == ErrorCode::corrupt);
    const Imported packed(gzipped(whole).substr(0, size * gzipped(whole).size() / whole.size()));
    CHECK(packed.result.error);
    CHECK(packed.sink.captures.empty());
  }
  std::string lie = whole;
  lie.replace(lie.find("Content-Length: ") + 16, 2, "99999999999999999999999");
  CHECK(Imported(lie).refused() == ErrorCode::corrupt);
  lie = whole;
  lie.replace(lie.find("Content-Length: ") + 16, 2, "5");
  CHECK(Imported(lie).refused() == ErrorCode::corrupt);
}

TEST_CASE("a document of a WARC that unpacks to too much is left out, the others come in",
          "[warc][hostile]") {
  const std::string bomb = gzipped(std::string(archive::kLimits.ratio_free + (8U << 20U), 'x'));
  const Imported imported(response("https://e.example/", kHtml, "<title>A</title><img src=/bomb.png>") +
                          response("https://e.example/bomb.png", kPng + "\r\nContent-Encoding: gzip", bomb));
  CHECK(first_url(imported) == "https://e.example/");
  CHECK(imported.part("https://e.example/bomb.png").status == "too_large");
}

TEST_CASE("frames in frames are followed up to a depth", "[warc][limits]") {
  std::string warc;
  const std::uint32_t depth = archive::kLimits.frame_depth;
  for (std::uint32_t i = 0; i <= depth + 1; ++i)
    warc += response("https://e.example/" + std::to_string(i), kHtml,
                     "<p>level<iframe src=/" + std::to_string(i + 1) + "></iframe>");
  const Imported imported(warc);
  CHECK(imported.page().parts.size() == depth + 1);
}

}  // namespace keepleaf::test
