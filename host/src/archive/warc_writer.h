// WarcWriter: WARC 1.1 records (ISO 28500:2017), each a gzip member of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/export.h"
#include "archive/gzip.h"

namespace keepleaf::archive {

// What an index says of a record.
struct WarcLine {
  std::string url;
  std::string media_type;
  std::string digest;  // sha256:<hex>
  UnixMs taken_at = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct WarcPage {
  std::string id;
  std::string url;
  std::string title;
  UnixMs taken_at = 0;
};

class WarcWriter {
 public:
  // `file` is empty and outlives the writer.
  explicit WarcWriter(os::File& file) : gzip_(file, 0) {}

  Status begin(std::string_view software, UnixMs created);
  // A resource record for each part that has bytes, and a metadata record with the manifest.
  Status add(const Outgoing& snapshot);

  const std::vector<WarcLine>& lines() const { return lines_; }
  const std::vector<WarcPage>& pages() const { return pages_; }

 private:
  Status record(const std::string& fields, const std::string& type, const Content& content);

  GzipWriter gzip_;
  std::vector<WarcLine> lines_;
  std::vector<WarcPage> pages_;
};

}  // namespace keepleaf::archive
