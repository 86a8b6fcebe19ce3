// Archives made byte by byte, so that they can lie.
#pragma once

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/import.h"
#include "support/catch.h"
#include "support/memory_sink.h"
#include "support/results.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

inline std::string little(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  return out;
}

inline std::string packed(std::string_view text, int window_bits) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
inline std::string gzipped(std::string_view text) { return packed(text, MAX_WBITS + 16); }

struct RawEntry {
  std::string name;
  std::string bytes;
  bool deflated = false;
  std::uint32_t attributes = 0;                  // the upper half is a Unix mode
  std::optional<std::uint32_t> stated_size{};    // instead of the true one
  std::optional<std::uint32_t> stated_packed{};  // instead of the true one
  std::optional<std::uint32_t> stated_offset{};  // of the local header, instead of the true one
};

inline std::string raw_zip(const std::vector<RawEntry>& entries) {
  std::string out;
  std::string directory;
  for (const RawEntry& entry : entries) {
    const std::string data = entry.deflated ? packed(entry.bytes, -MAX_WBITS) : entry.bytes;
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(entry.bytes.data()), static_cast<uInt>(entry.bytes.size()));
    const auto fields =
        little(0x0800, 2) + little(entry.deflated ? 8 : 0, 2) + little(0, 2) + little(0x5A21, 2) +
        little(crc, 4) + little(entry.stated_packed.value_or(static_cast<std::uint32_t>(data.size())), 4) +
        little(entry.stated_size.value_or(static_cast<std::uint32_t>(entry.bytes.size())), 4) +
        little(entry.name.size(), 2) + little(0, 2);
    const std::uint64_t offset = entry.stated_offset.value_or(static_cast<std::uint32_t>(out.size()));
    out += "PK\x03\x04" + little(20, 2) + fields + entry.name + data;
    directory += "PK\x01\x02" + little(20, 1) + little(3, 1) + little(20, 2) + fields + little(0, 2) +
                 little(0, 2) + little(0, 2) + little(entry.attributes, 4) + little(offset, 4) + entry.name;
  }
  const std::uint64_t at = out.size();
  return out + directory + "PK\x05\x06" + little(0, 4) + little(entries.size(), 2) +
         little(entries.size(), 2) + little(directory.size(), 4) + little(at, 4) + little(0, 2);
}

inline std::string warc_record(std::string_view type, std::string_view url, std::string_view content_type,
                               std::string_view block, std::string_view more = "",
                               std::string_view date = "2020-01-02T03:04:05Z") {
  static int number = 0;
  return "WARC/1.0\r\nWARC-Type: " + std::string(type) + "\r\nWARC-Record-ID: <urn:uuid:test-" +
         std::to_string(++number) + ">\r\nWARC-Target-URI: " + std::string(url) +
         "\r\nWARC-Date: " + std::string(date) + "\r\n" + std::string(more) +
         "Content-Type: " + std::string(content_type) +
         "\r\nContent-Length: " + std::to_string(block.size()) + "\r\n\r\n" + std::string(block) + "\r\n\r\n";
}
inline std::string response(std::string_view url, std::string_view head, std::string_view body) {
  return warc_record("response", url, "application/http; msgtype=response",
                     "HTTP/1.1 " + std::string(head) + "\r\n\r\n" + std::string(body));
}

// A file with that content, imported into a sink in memory.
class Imported {
 public:
  explicit Imported(std::string_view content, const std::string& name = "archive") {
    write(name, content);
    run(name);
  }
  Imported() = default;

  void write(const std::string& name, std::string_view content) const {
    const auto path = folder / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  void run(const std::string& name) {
    archive::ImportOptions options;
    options.has_snapshot = [this](const Uuid& id) -> Result<bool> {
      const auto found = sink.captures.find(id);
      return found != sink.captures.end() && found->second.committed.has_value();
    };
    result = archive::import_archive(folder / name, sink, options);
  }
  // The only page that came in.
  const MemorySink::Capture& page() const {
    if (result.error) FAIL(result.error->message);
    REQUIRE(result.pages.size() == 1);
    if (result.pages[0].error) FAIL(result.pages[0].error->message);
    REQUIRE(sink.captures.size() == 1);
    return sink.captures.begin()->second;
  }
  std::string bytes(std::uint32_t part) const {
    const auto& object = page().parts.at(part).object;
    REQUIRE(object);
    return std::string(as_text(sink.objects.at(*object)));
  }
  ErrorCode refused() const {
    REQUIRE(result.error);
    CHECK(sink.captures.empty());
    return result.error->code;
  }
  // The part of that address.
  const capture::Part& part(std::string_view url) const {
    for (const auto& [n, one] : page().parts)
      if (one.url == url && n > 0) return one;
    FAIL("no part " << url);
    return page().parts.begin()->second;
  }

  TempDir folder;
  MemorySink sink;
  archive::ImportResult result;
};

}  // namespace keepleaf::test
