// WarcIndex: the records of a WARC that hold something of the web, found in one pass; their bytes are read in
// place, each packed record by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/headers.h"
#include "archive/saved.h"

namespace keepleaf::archive {

enum class WarcKind : std::uint8_t { response, resource, metadata, revisit };

struct WarcRecord {
  WarcKind kind = WarcKind::response;
  std::string id;         // urn:uuid:…
  std::string url;        // without fragment
  std::string digest;     // WARC-Payload-Digest
  std::string refers_to;  // of a revisit: the URL, when it says so
  std::string media_type;
  std::string location;  // of a redirect, absolute
  std::string content_encoding;
  UnixMs time = 0;
  int status = 200;
  bool chunked = false;
  std::uint64_t offset = 0;  // of the record: in the packed file when packed, else in the file
  std::uint64_t block = 0;   // bytes of its block
};

class WarcIndex : public std::enable_shared_from_this<WarcIndex> {
 public:
  // Errors: corrupt (no WARC, cut off, lengths that lie), too_large (limits), io.
  static Result<std::shared_ptr<const WarcIndex>> build(std::shared_ptr<const os::File> file);

  const std::vector<WarcRecord>& records() const { return records_; }
  // The payload as a browser would have had it: HTTP's head, chunks and encodings taken off.
  ContentPtr content(std::size_t record) const;
  // The record of that id; of that address nearest in time, revisits resolved. None: no such.
  std::optional<std::size_t> by_id(const std::string& id) const;
  std::optional<std::size_t> nearest(const std::string& url, UnixMs time) const;

 private:
  class Payload;
  Status scan();
  Status read_record(LineInput& lines, std::uint64_t offset);
  static Status read_http(LineInput& lines, WarcRecord& record);
  std::optional<std::size_t> original(std::size_t record) const;

  std::shared_ptr<const os::File> file_;
  std::uint64_t size_ = 0;
  bool packed_ = false;
  std::vector<WarcRecord> records_;
  std::unordered_map<std::string, std::size_t> ids_;
  std::unordered_map<std::string, std::vector<std::size_t>> urls_;
  std::unordered_map<std::string, std::size_t> digests_;  // of records with a payload
};

// Addresses of records lead to files, redirects within the archive followed.
class WarcFiles final : public SavedFiles {
 public:
  explicit WarcFiles(std::shared_ptr<const WarcIndex> index) : index_(std::move(index)) {}
  Result<std::optional<SavedFile>> find(const std::string& address, UnixMs time) const override;
  // The addresses on the way are appended to `redirects`.
  Result<std::optional<SavedFile>> follow(const std::string& address, UnixMs time,
                                          std::vector<std::string>* redirects) const;
  const WarcIndex& index() const { return *index_; }

 private:
  std::shared_ptr<const WarcIndex> index_;
};

// The pages that Keepleaf described in the archive; then those of `listed` (WACZ), or when nothing is listed
// and none described, every HTML document that no other page of the archive loads.
struct ListedPage {
  std::string url;
  std::string title;
  UnixMs time = 0;
};
Result<std::vector<SavedPage>> warc_pages(const WarcFiles& files, const std::vector<ListedPage>& listed);

}  // namespace keepleaf::archive
