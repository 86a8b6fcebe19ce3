// Each limit that a request can run into: at the limit it is read, one above it is refused, and the error
// names it.
#include "base/base64.h"
#include "base/hex.h"
#include "contract.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

const std::string kCapture = "019aa9f0-5c00-7000-8000-000000000001";
const std::string kDigest(64, 'a');
constexpr auto kLimits = protocol::kLimits;

Json url_of(std::size_t bytes) {
  const std::string head = "https://a.example/";
  return head + std::string(bytes - head.size(), 'x');
}

Json commit(Json page_fields, std::uint64_t parts = 1) {
  Json page = {{"url", "https://a.example/"}, {"taken_at", "2026-11-22T05:55:01Z"}, {"engine", "tab"}};
  page.update(page_fields);
  return request("capture.commit", {{"capture", kCapture}, {"page", page}, {"parts", parts}});
}

Json add(const std::string& field, Json value) {
  return request("link.add", {{"url", "https://a.example/"}, {field, std::move(value)}});
}

Json parts(std::size_t count, std::uint64_t first_number = 0) {
  Json list = Json::array();
  for (std::size_t i = 0; i < count; ++i)
    list.push_back({{"n", first_number + i}, {"role", "image"}, {"status", "ok"}, {"sha256", kDigest}});
  return request("capture.parts", {{"capture", kCapture}, {"parts", list}});
}

Json chunk(std::size_t bytes, std::uint64_t offset) {
  const Bytes data(bytes, 'x');
  const std::uint32_t crc = crc32c(data);
  const Bytes crc_bytes = {static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
                           static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
  return request("capture.chunk", {{"capture", kCapture},
                                   {"upload", 0},
                                   {"offset", offset},
                                   {"crc32c", to_hex(crc_bytes)},
                                   {"data", base64_encode(data)}});
}

Json repeated(const Json& element, std::size_t count) {
  Json list = Json::array();
  for (std::size_t i = 0; i < count; ++i) list.push_back(element);
  return list;
}

Json pictured(std::size_t bytes) {
  return request("snapshot.pictured", {{"id", kCapture},
                                       {"kind", "page"},
                                       {"media_type", "image/webp"},
                                       {"width", 1},
                                       {"height", 1},
                                       {"taken_at", "2026-11-22T05:55:01Z"},
                                       {"data", base64_encode(Bytes(bytes, 'x'))}});
}

std::string tag_of(std::size_t levels) {
  std::string path = "a";
  for (std::size_t i = 1; i < levels; ++i) path += "/a";
  return path;
}

struct Case {
  std::string limit;
  std::string what;
  Json at;
  Json above;
};

}  // namespace

TEST_CASE("limits hold at the limit and one above") {
  const std::vector<Case> cases = {
      {"url", "link.lookup", request("link.lookup", {{"url", url_of(kLimits.url)}}),
       request("link.lookup", {{"url", url_of(kLimits.url + 1)}})},
      {"url", "link.add", request("link.add", {{"url", url_of(kLimits.url)}}),
       request("link.add", {{"url", url_of(kLimits.url + 1)}})},
      {"url", "capture.begin",
       request("capture.begin", {{"capture", kCapture}, {"url", url_of(kLimits.url)}}),
       request("capture.begin", {{"capture", kCapture}, {"url", url_of(kLimits.url + 1)}})},
      {"url", "page.url", commit({{"url", url_of(kLimits.url)}}), commit({{"url", url_of(kLimits.url + 1)}})},
      {"url", "redirects", commit({{"redirects", {url_of(kLimits.url)}}}),
       commit({{"redirects", {url_of(kLimits.url + 1)}}})},
      {"title", "page.title", commit({{"title", std::string(kLimits.title, 't')}}),
       commit({{"title", std::string(kLimits.title + 1, 't')}})},
      {"title", "link.add", add("title", std::string(kLimits.title, 't')),
       add("title", std::string(kLimits.title + 1, 't'))},
      {"note", "link.add", add("note", std::string(kLimits.note, 'n')),
       add("note", std::string(kLimits.note + 1, 'n'))},
      {"note", "page.note", commit({{"note", std::string(kLimits.note, 'n')}}),
       commit({{"note", std::string(kLimits.note + 1, 'n')}})},
      {"tag", "tags", add("tags", {std::string(kLimits.tag, 't')}),
       add("tags", {std::string(kLimits.tag + 1, 't')})},
      {"tag", "tag.rename", request("tag.rename", {{"from", "a"}, {"to", std::string(kLimits.tag, 't')}}),
       request("tag.rename", {{"from", "a"}, {"to", std::string(kLimits.tag + 1, 't')}})},
      {"tag_depth", "tags", add("tags", {tag_of(kLimits.tag_depth)}),
       add("tags", {tag_of(kLimits.tag_depth + 1)})},
      {"tags_per_link", "tags", add("tags", repeated("t", kLimits.tags_per_link)),
       add("tags", repeated("t", kLimits.tags_per_link + 1))},
      {"parts_batch", "capture.parts", parts(kLimits.parts_batch), parts(kLimits.parts_batch + 1)},
      {"parts", "part number", parts(1, kLimits.parts - 1), parts(1, kLimits.parts)},
      {"parts", "capture.commit", commit(Json::object(), kLimits.parts),
       commit(Json::object(), kLimits.parts + 1)},
      {"have_batch", "capture.have",
       request("capture.have", {{"capture", kCapture}, {"sha256", repeated(kDigest, kLimits.have_batch)}}),
       request("capture.have",
               {{"capture", kCapture}, {"sha256", repeated(kDigest, kLimits.have_batch + 1)}})},
      {"chunk", "capture.chunk", chunk(kLimits.chunk, 0), chunk(kLimits.chunk + 1, 0)},
      {"part", "capture.chunk", chunk(8, kLimits.part - 8), chunk(8, kLimits.part - 7)},
      {"part", "capture.end_upload",
       request("capture.end_upload", {{"capture", kCapture}, {"upload", 0}, {"size", kLimits.part}}),
       request("capture.end_upload", {{"capture", kCapture}, {"upload", 0}, {"size", kLimits.part + 1}})},
      {"capture", "capture.begin",
       request("capture.begin", {{"capture", kCapture}, {"url", "u"}, {"expected_bytes", kLimits.capture}}),
       request("capture.begin",
               {{"capture", kCapture}, {"url", "u"}, {"expected_bytes", kLimits.capture + 1}})},
      {"picture", "snapshot.pictured", pictured(kLimits.picture), pictured(kLimits.picture + 1)},
      {"page_items", "link.list", request("link.list", {{"limit", kLimits.page_items}}),
       request("link.list", {{"limit", kLimits.page_items + 1}})},
      {"page_items", "tag.list", request("tag.list", {{"limit", kLimits.page_items}}),
       request("tag.list", {{"limit", kLimits.page_items + 1}})},
  };
  for (const Case& one : cases) {
    INFO(one.limit << " in " << one.what);
    CHECK(outcome(one.at) == "ok");
    const auto above = decode(one.above.dump());
    REQUIRE(outcome(above) == "too_large");
    CHECK(above.error().error.message.find("limits." + one.limit) != std::string::npos);
  }
}

TEST_CASE("texts and lists without a limit of their own have the common one") {
  const auto list = [](std::size_t bytes) {
    return request("link.list", {{"after", std::string(bytes, 'c')}});
  };
  CHECK(outcome(list(4096)) == "ok");
  CHECK(outcome(list(4097)) == "bad_request");
  const auto remove = [](std::size_t count) {
    return request("item.remove", {{"ids", repeated(kCapture, count)}});
  };
  CHECK(outcome(remove(1000)) == "ok");
  CHECK(outcome(remove(1001)) == "bad_request");
}

TEST_CASE("a message may be eight levels deep and have 64 fields") {
  const auto deep = [](int levels) {  // the envelope and the body are two of them
    std::string lists(static_cast<std::size_t>(levels - 2), '[');
    std::string ends(static_cast<std::size_t>(levels - 2), ']');
    return R"({"v":1,"id":1,"type":"ping","body":{"x":)" + lists + "1" + ends + "}}";
  };
  CHECK(outcome(decode(deep(8))) == "ok");
  CHECK(outcome(decode(deep(9))) == "bad_json");
  const auto wide = [](int fields) {
    Json body = Json::object();
    for (int i = 0; i < fields; ++i) body["f" + std::to_string(i)] = i;
    return request("ping", body);
  };
  CHECK(outcome(wide(64)) == "ok");
  CHECK(outcome(wide(65)) == "bad_json");
}

TEST_CASE(
    "a chunk arrives as the bytes that were sent, with every length of padding and with escaped slashes") {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 255U, 256U, 257U}) {
    Bytes data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(255 - i % 256);
    const std::uint32_t crc = crc32c(data);
    const Bytes crc_bytes = {static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
                             static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
    std::string escaped;
    for (const char c : base64_encode(data)) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
    const std::string text = R"({"v":1,"id":1,"type":"capture.chunk","body":{"capture":")" + kCapture +
                             R"(","upload":3,"offset":9,"crc32c":")" + to_hex(crc_bytes) +
                             R"(", "data" : ")" + escaped + "\" }\n}\n";
    const auto decoded = decode(text);
    REQUIRE(outcome(decoded) == "ok");
    const auto& read = std::get<protocol::CaptureChunk>(decoded->body);
    CHECK(read.bytes == data);
    CHECK(read.offset == 9);
    CHECK(read.upload == 3);
  }
}

}  // namespace keepleaf::test
