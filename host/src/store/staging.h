// Staging: captures under way, `staging/<capture>/` each. A capture that stays small never touches it; one
// that does is locked by the process that has it (flock on its folder), so that two can't write the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/os/file.h"
#include "base/result.h"
#include "base/uuid.h"
#include "store/staged_upload.h"

namespace keepleaf::store {

// Bytes of a capture that are kept in memory before they go to files.
inline constexpr std::size_t kStagedInMemory = 8U << 20;

class StagedCapture {
 public:
  // Takes up what lies in staging/<id>, if anything does. Errors: busy (another process has it), io.
  static Result<std::unique_ptr<StagedCapture>> open(const std::filesystem::path& staging, const Uuid& id,
                                                     std::string url, Compressor& compressor);
  const std::string& url() const { return url_; }
  // True when a process before this one left something.
  bool resumed() const { return resumed_; }

  const std::map<std::uint32_t, std::unique_ptr<StagedUpload>>& uploads() const { return uploads_; }
  // Raw bytes of all uploads.
  std::uint64_t received() const;

  Result<StagedUpload*> write(std::uint32_t upload, std::uint64_t offset, BytesView bytes);
  Status sync();
  Result<StagedUpload*> finish(std::uint32_t upload, std::uint64_t size,
                               const std::optional<Sha256Digest>& object);
  // For a commit: an upload's bytes in a file.
  Status spill(StagedUpload& upload);

  // Everything goes, on disk too.
  Status remove();

 private:
  StagedCapture(std::filesystem::path staging, const Uuid& id, std::string url, Compressor& compressor);
  StagedUpload& upload(std::uint32_t number);
  Status prepare_folder();
  Status recover();

  std::filesystem::path staging_;
  std::filesystem::path folder_;
  std::string url_;
  Compressor& compressor_;
  std::map<std::uint32_t, std::unique_ptr<StagedUpload>> uploads_;
  std::unique_ptr<os::File> lock_;  // the folder; held while we write there
  bool resumed_ = false;
};

struct StagedBrief {
  Uuid id;
  std::string url;
  std::uint64_t bytes = 0;  // as they lie on disk
  UnixMs updated_at = 0;
};
// What lies in staging, newest first.
std::vector<StagedBrief> list_staging(const std::filesystem::path& staging);
// Bytes of all files in staging.
std::uint64_t staging_bytes(const std::filesystem::path& staging);
// Removes a capture that nobody has open. Errors: busy.
Status remove_staged(const std::filesystem::path& staging, const Uuid& id);

}  // namespace keepleaf::store
