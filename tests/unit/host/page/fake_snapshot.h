// A snapshot in memory.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page/object_source.h"

namespace keepleaf::test {

class FakeSnapshot : public page::ObjectSource {
 public:
  // Adds a part with bytes and returns its number.
  std::uint32_t add(std::string_view role, std::string_view url, std::string_view media_type,
                    std::string_view bytes, std::optional<std::uint32_t> parent = 0) {
    const Sha256Digest digest = sha256(as_bytes(bytes));
    objects_[digest] = std::string(bytes);
    page::PartRecord part;
    part.n = static_cast<std::uint32_t>(parts_.size());
    if (part.n > 0) part.parent = parent;
    part.role = role;
    part.url = url;
    part.media_type = media_type;
    part.status = "ok";
    part.object = digest;
    part.size = bytes.size();
    parts_.push_back(part);
    return part.n;
  }

  std::uint32_t add_missing(std::string_view role, std::string_view url, std::string_view status) {
    page::PartRecord part;
    part.n = static_cast<std::uint32_t>(parts_.size());
    if (part.n > 0) part.parent = 0;
    part.role = role;
    part.url = url;
    part.status = status;
    parts_.push_back(part);
    return part.n;
  }

  void damage(std::uint32_t n, ErrorCode code) { damaged_[*parts_[n].object] = code; }

  const std::vector<page::PartRecord>& parts() const override { return parts_; }

  Result<Bytes> read(const Sha256Digest& object) const override {
    if (const auto bad = damaged_.find(object); bad != damaged_.end())
      return fail(bad->second, "made to fail");
    const auto found = objects_.find(object);
    if (found == objects_.end()) return fail(ErrorCode::not_found, "no such object");
    const BytesView view = as_bytes(found->second);
    return Bytes(view.begin(), view.end());
  }

 private:
  std::vector<page::PartRecord> parts_;
  std::map<Sha256Digest, std::string> objects_;
  std::map<Sha256Digest, ErrorCode> damaged_;
};

}  // namespace keepleaf::test
