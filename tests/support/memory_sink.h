// MemorySink: a CaptureSink in memory, strict about the order of calls, that can be made to fail.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "capture/sink.h"

namespace keepleaf::test {

class MemorySink : public capture::CaptureSink {
 public:
  struct Capture {
    std::string url;
    std::map<capture::UploadNumber, Bytes> open;
    std::map<capture::UploadNumber, Sha256Digest> ended;
    std::map<std::uint32_t, capture::Part> parts;
    capture::Page page;
    std::optional<capture::Committed> committed;
  };

  std::map<Sha256Digest, Bytes> objects;
  std::map<Uuid, Capture> captures;
  std::size_t writes = 0;
  std::size_t aborts = 0;
  // The write after which every other one is refused with no_space.
  std::optional<std::size_t> fail_after;

  Result<capture::BeginOutcome> begin(const capture::CaptureId& id, const std::string& url,
                                      std::uint64_t) override {
    const auto found = captures.find(id);
    capture::BeginOutcome outcome;
    if (found != captures.end()) {
      outcome.committed = found->second.committed;
      outcome.state = outcome.committed ? capture::BeginState::committed : capture::BeginState::resumed;
      return outcome;
    }
    captures[id].url = url;
    return outcome;
  }

  Result<std::vector<bool>> have(const capture::CaptureId& id,
                                 const std::vector<Sha256Digest>& digests) override {
    if (!is_open(id)) return absent();
    std::vector<bool> known;
    for (const Sha256Digest& digest : digests) known.push_back(objects.count(digest) != 0);
    return known;
  }

  Result<capture::UploadState> write(const capture::CaptureId& id, capture::UploadNumber upload,
                                     std::uint64_t offset, BytesView bytes) override {
    if (!is_open(id)) return absent();
    ++writes;
    if (fail_after && writes > *fail_after) return fail(ErrorCode::no_space, "The disk is full.");
    Capture& capture = captures[id];
    if (capture.ended.count(upload) != 0) return fail(ErrorCode::conflict, "That upload has ended.");
    Bytes& staged = capture.open[upload];
    if (offset != staged.size()) return fail(ErrorCode::gap, "Not the next byte.");
    staged.insert(staged.end(), bytes.begin(), bytes.end());
    return capture::UploadState{upload, staged.size(), staged.size(), std::nullopt};
  }

  Result<std::vector<capture::UploadState>> sync(const capture::CaptureId&) override {
    return std::vector<capture::UploadState>{};
  }

  Result<capture::UploadState> end_upload(const capture::CaptureId& id, capture::UploadNumber upload,
                                          std::uint64_t size,
                                          const std::optional<Sha256Digest>& object) override {
    if (!is_open(id)) return absent();
    Capture& capture = captures[id];
    const auto staged = capture.open.find(upload);
    if (staged == capture.open.end()) return fail(ErrorCode::not_found, "No such upload.");
    const Sha256Digest digest = sha256(staged->second);
    if (size != staged->second.size() || (object && *object != digest))
      return fail(ErrorCode::digest_mismatch, "Other bytes than announced.");
    objects[digest] = std::move(staged->second);
    capture.open.erase(staged);
    capture.ended[upload] = digest;
    return capture::UploadState{upload, size, size, digest};
  }

  Result<std::uint32_t> add_parts(const capture::CaptureId& id, std::vector<capture::Part> parts) override {
    if (!is_open(id)) return absent();
    if (parts.size() > 500) return fail(ErrorCode::too_large, "Too many parts at once.");
    Capture& capture = captures[id];
    for (capture::Part& part : parts) {
      const std::uint32_t n = part.n;
      capture.parts[n] = std::move(part);
    }
    return static_cast<std::uint32_t>(capture.parts.size());
  }

  Result<capture::Committed> commit(const capture::CaptureId& id, const capture::Page& page,
                                    std::uint32_t count) override {
    if (!is_open(id)) return absent();
    Capture& capture = captures[id];
    if (capture.parts.size() != count) return fail(ErrorCode::bad_request, "Another number of parts.");
    std::uint32_t expected = 0;
    for (const auto& [n, part] : capture.parts) {
      if (n != expected++) return fail(ErrorCode::bad_request, "The numbers have a gap.");
      if (part.object.has_value() != (part.status == "ok"))
        return fail(ErrorCode::bad_request, "Status and object differ.");
      if (part.object && objects.count(*part.object) == 0)
        return fail(ErrorCode::incomplete, "An object is missing.");
      if (n > 0 && (!part.parent || *part.parent >= n))
        return fail(ErrorCode::bad_request, "A parent comes later.");
    }
    capture.page = page;
    capture.committed = capture::Committed{};
    capture.committed->snapshot_id = id;
    return *capture.committed;
  }

  Status abort(const capture::CaptureId& id) override {
    ++aborts;
    const auto found = captures.find(id);
    if (found != captures.end() && !found->second.committed) captures.erase(found);
    return {};
  }

 private:
  bool is_open(const capture::CaptureId& id) const {
    const auto found = captures.find(id);
    return found != captures.end() && !found->second.committed;
  }
  static tl::unexpected<Error> absent() { return fail(ErrorCode::not_found, "No such capture is open."); }
};

}  // namespace keepleaf::test
