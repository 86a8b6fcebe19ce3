// ZIP archives: what they hold comes in, what they try does not.
#include "archive/zip_reader.h"
#include "archive_fixture.h"

namespace keepleaf::test {
namespace {

using archive::Limits;
using archive::ZipReader;

const std::string kPage =
    "<html data-scrapbook-source=\"https://e.example/a\" data-scrapbook-create=\"20200102030405006\">"
    "<title>T</title><img src=\"x%20y.png\"><p>text";

Result<std::shared_ptr<const ZipReader>> opened(const std::string& zip, const Limits& limits = {}) {
  const TempDir folder;
  std::ofstream(folder / "a.zip", std::ios::binary) << zip;
  return ZipReader::open(folder / "a.zip", limits);
}

std::vector<RawEntry> files(std::size_t count, std::size_t size = 1) {
  std::vector<RawEntry> entries;
  for (std::size_t i = 0; i < count; ++i)
    entries.push_back({"f" + std::to_string(i), std::string(size, 'x'), true});
  return entries;
}

}  // namespace

TEST_CASE("a WebScrapBook HTZ comes in with its files, its address and its time", "[zip]") {
  const Imported imported(raw_zip({{"index.html", kPage, true}, {"x y.png", "\x89PNG\r\n\x1a\n"}}));
  CHECK(imported.result.format == "htz");
  CHECK(imported.page().page.url == "https://e.example/a");
  CHECK(imported.page().page.taken_at == parse_time("2020-01-02T03:04:05.006Z"));
  CHECK(imported.page().page.engine == capture::Engine::import);
  CHECK(imported.page().page.title == "T");
  REQUIRE(imported.page().parts.size() == 2);
  CHECK(imported.bytes(1) == "\x89PNG\r\n\x1a\n");
  CHECK(imported.page().parts.at(1).url.empty());
  CHECK(imported.bytes(0).find("src=\"keepleaf-part:1\"") != std::string::npos);
}

TEST_CASE("each folder of a MAFF is a page", "[zip]") {
  const auto rdf = [](const std::string& url) {
    return "<?xml version=\"1.0\"?><RDF:RDF xmlns:MAF=\"http://maf.mozdev.org/metadata/rdf#\" "
           "xmlns:RDF=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><RDF:Description "
           "RDF:about=\"urn:root\">"
           "<MAF:originalurl RDF:resource=\"" +
           url +
           "\"/><MAF:title RDF:resource=\"A &amp; B\"/>"
           "<MAF:archivetime RDF:resource=\"Mon, 25 Dec 2017 17:27:46 GMT\"/>"
           "<MAF:indexfilename RDF:resource=\"index.html\"/></RDF:Description></RDF:RDF>";
  };
  const Imported imported(raw_zip({{"1/index.rdf", rdf("https://e.example/1")},
                                   {"1/index.html", "<p>one<img src=\"index_files/a.png\">"},
                                   {"1/index_files/a.png", "\x89PNG\r\n\x1a\n"},
                                   {"2/index.rdf", rdf("https://e.example/2?a=1&amp;b=2")},
                                   {"2/index.html", "<p>two"}}));
  CHECK(imported.result.format == "maff");
  REQUIRE(imported.sink.captures.size() == 2);
  std::vector<std::string> urls;
  for (const auto& [id, capture] : imported.sink.captures) {
    urls.push_back(capture.page.url);
    CHECK(capture.page.title == "A & B");
    CHECK(capture.page.taken_at == parse_time("2017-12-25T17:27:46Z"));
  }
  std::sort(urls.begin(), urls.end());
  CHECK(urls == std::vector<std::string>{"https://e.example/1", "https://e.example/2?a=1&b=2"});
}

TEST_CASE("a ZIP inside a page that unpacks itself is found", "[zip]") {
  const std::string page =
      "<!DOCTYPE html><html><!--\n Page saved with SingleFile \n url: https://e.example/z \n saved date: Thu "
      "Jan 02 "
      "2020 03:04:05 GMT+0100 (Central European Standard Time)\n--><title>Z</title><p>packed";
  const std::string zip = raw_zip({{"index.html", page, true}, {"images/0.png", "\x89PNG\r\n\x1a\n"}});
  for (const std::string& after : {std::string(), std::string("--></body></html>")}) {
    const Imported imported(
        "<!DOCTYPE html><html><!--\n Page saved with SingleFile --><body><!--" + zip + after, "page.html");
    CHECK(imported.result.format == "singlefile-zip");
    CHECK(imported.page().page.url == "https://e.example/z");
    CHECK(imported.page().page.taken_at == parse_time("2020-01-02T02:04:05Z"));
  }
}

TEST_CASE("names that lead out of an archive refuse it", "[zip][hostile]") {
  for (const std::string name :
       {"../x.html", "a/../../x.html", "/etc/x.html", "C:/x.html", "a\\x.html", "..", "a/./x.html"}) {
    CAPTURE(name);
    CHECK(Imported(raw_zip({{"index.html", kPage}, {name, "x"}})).refused() == ErrorCode::corrupt);
  }
}

TEST_CASE("links, doubles and overlaps refuse an archive", "[zip][hostile]") {
  const std::uint32_t link = 0120777U << 16U;
  CHECK(Imported(raw_zip({{"index.html", kPage}, {"l", "/etc/passwd", false, link}})).refused() ==
        ErrorCode::corrupt);
  CHECK(Imported(raw_zip({{"index.html", kPage}, {"index.html", "other"}})).refused() == ErrorCode::corrupt);
  std::vector<RawEntry> overlapping = {{"index.html", std::string(5000, 'x')}};
  for (int i = 0; i < 100; ++i) {
    RawEntry entry{"o" + std::to_string(i), "", false};
    entry.stated_offset = 0;
    entry.stated_packed = entry.stated_size = 5000;
    overlapping.push_back(entry);
  }
  CHECK(Imported(raw_zip(overlapping)).refused() == ErrorCode::corrupt);
}

TEST_CASE("an archive is cut off anywhere and never read as whole", "[zip][hostile]") {
  const std::string zip = raw_zip({{"index.html", kPage, true}, {"x y.png", "\x89PNG\r\n\x1a\n"}});
  for (std::size_t size = 4; size < zip.size(); size += 7) {
    CAPTURE(size);
    const Imported imported(zip.substr(0, size));
    CHECK(imported.result.error);
    CHECK(imported.sink.captures.empty());
  }
}

TEST_CASE("lengths that lie make a file damaged, not the others", "[zip][hostile]") {
  RawEntry longer{"x y.png", "\x89PNG\r\n\x1a\n", true};
  longer.stated_size = 20;
  RawEntry shorter = longer;
  shorter.stated_size = 3;
  for (const RawEntry& entry : {longer, shorter}) {
    const Imported imported(raw_zip({{"index.html", kPage, true}, entry}));
    REQUIRE(imported.page().parts.size() == 2);
    CHECK(imported.page().parts.at(1).status == "damaged");
    CHECK(imported.result.pages[0].missing == 1);
  }
}

TEST_CASE("limits of a ZIP hold at the limit and refuse beyond", "[zip][limits]") {
  Limits limits;
  limits.entries = 3;
  CHECK(opened(raw_zip(files(3)), limits));
  CHECK(code_of(opened(raw_zip(files(4)), limits)) == ErrorCode::too_large);

  limits = {};
  limits.unpacked = 300;
  CHECK(opened(raw_zip(files(3, 100)), limits));
  CHECK(code_of(opened(raw_zip(files(3, 101)), limits)) == ErrorCode::too_large);

  limits = {};
  limits.name = 8;
  CHECK(opened(raw_zip({{"12345678", "x"}}), limits));
  CHECK(code_of(opened(raw_zip({{"123456789", "x"}}), limits)) == ErrorCode::too_large);

  // A million equal bytes pack a thousand to one.
  limits = {};
  limits.ratio_free = 1'000'000;
  CHECK(opened(raw_zip(files(1, 1'000'000)), limits));
  CHECK(code_of(opened(raw_zip(files(1, 1'000'001)), limits)) == ErrorCode::too_large);
  limits.ratio = 2000;
  CHECK(opened(raw_zip(files(1, 1'000'001)), limits));
}

TEST_CASE("an import is safe to repeat", "[zip]") {
  Imported imported(raw_zip({{"index.html", kPage, true}, {"x y.png", "\x89PNG\r\n\x1a\n"}}));
  CHECK(imported.result.pages.at(0).state == archive::PageState::imported);
  imported.run("archive");
  CHECK(imported.result.pages.at(0).state == archive::PageState::known);
  CHECK(imported.sink.captures.size() == 1);
}

TEST_CASE("a full disk ends an import and leaves nothing staged", "[zip]") {
  Imported imported;
  imported.sink.fail_after = 0;
  imported.write("a.zip", raw_zip({{"index.html", kPage, true}, {"x y.png", "\x89PNG\r\n\x1a\n"}}));
  imported.run("a.zip");
  REQUIRE(imported.result.error);
  CHECK(imported.result.error->code == ErrorCode::no_space);
  CHECK(imported.sink.captures.empty());
}

}  // namespace keepleaf::test
