#include "library/snapshot_objects.h"

#include <utility>

namespace keepleaf::library {

SnapshotObjects::SnapshotObjects(Core& core, std::vector<store::PartRow> parts) : core_(&core) {
  parts_.reserve(parts.size());
  for (store::PartRow& part : parts) {
    parts_.push_back({part.n, part.parent, std::move(part.role), std::move(part.url),
                      std::move(part.media_type), std::move(part.status), part.digest, part.size});
  }
}

Result<Bytes> CapturedObjects::read(const Sha256Digest& object) const {
  const auto arrived = arrived_->find(object);
  auto bytes = arrived == arrived_->end() ? core_->objects.read(object) : arrived->second->read();
  if (!bytes && !failure_) failure_ = bytes.error();
  return bytes;
}

}  // namespace keepleaf::library
