// PageImport: one page of an archive becomes a capture.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "archive/saved.h"
#include "capture/sink.h"

namespace keepleaf::archive {

class PageImport {
 public:
  // All must outlive it.
  PageImport(const SavedPage& page, const SavedFiles& files, capture::CaptureSink& sink)
      : page_(page), files_(files), sink_(sink) {}

  // The capture's id: the same page, saved at the same time, is the same snapshot however often it comes.
  // Errors: those of reading the page.
  Result<Uuid> id() const;

  // Imports the page as `id`; nothing stays staged when that fails. Errors: corrupt, too_large, unsupported
  // (the page itself), those of the sink. What else can't be read is a part without bytes.
  Result<capture::Committed> run(const Uuid& id, const std::vector<std::string>& tags);
  // Parts without bytes, of the last run.
  std::uint32_t missing() const;

 private:
  // A document or sheet whose references are being placed.
  struct Around {
    std::uint32_t part = 0;
    std::uint32_t depth = 0;
    std::string encoding;
  };

  Result<capture::Committed> fill(const Uuid& id, const std::vector<std::string>& tags);
  Status as_written();
  Status as_read();
  Result<std::string> document(const Bytes& bytes, const SavedFile& file, const Around& around,
                               std::string_view link_base);
  std::string place(const std::string& address, std::string_view role, const Around& around);
  // In the archive, or in the address itself.
  Result<std::optional<SavedFile>> look_up(const std::string& address, const std::string& key) const;
  Status take(std::uint32_t n, const SavedFile& file, const Around& around);
  Status sheet(std::uint32_t n, const SavedFile& file, const Around& around);
  Result<Sha256Digest> store(const Content& content, const Sha256Digest* expected = nullptr);
  Result<Sha256Digest> store(BytesView bytes);

  const SavedPage& page_;
  const SavedFiles& files_;
  capture::CaptureSink& sink_;
  Uuid id_;
  capture::UploadNumber uploads_ = 0;
  capture::Page facts_;
  std::vector<capture::Part> parts_;
  std::unordered_map<std::string, std::uint32_t> placed_;  // by address and what it is shown as
  std::unordered_set<Sha256Digest> stored_;
  std::optional<Error> broken_;  // of the sink: ends everything
};

}  // namespace keepleaf::archive
