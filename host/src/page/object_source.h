// ObjectSource: how the page room sees a snapshot's parts and bytes, without knowing where they lie.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"

namespace keepleaf::page {

// A row of the part table; the fields' meanings are those of capture::Part.
struct PartRecord {
  std::uint32_t n = 0;
  std::optional<std::uint32_t> parent;
  std::string role;
  std::string url;
  std::string media_type;
  std::string status;
  std::optional<Sha256Digest> object;
  std::uint64_t size = 0;  // bytes of the object, 0 when there is none
};

class ObjectSource {
 public:
  virtual ~ObjectSource() = default;

  // In ascending order of n, gapless from 0. Valid as long as the source lives.
  virtual const std::vector<PartRecord>& parts() const = 0;

  // The object's bytes, checked against its digest. Errors: corrupt, not_found, io.
  virtual Result<Bytes> read(const Sha256Digest& object) const = 0;
};

}  // namespace keepleaf::page
