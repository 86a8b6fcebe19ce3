// The parts and bytes of a snapshot as the page room sees them. Internal to the library module.
#pragma once

#include <map>
#include <vector>

#include "library/core.h"
#include "page/object_source.h"
#include "store/staging.h"

namespace keepleaf::library {

// A committed snapshot. Must not outlive the core.
class SnapshotObjects final : public page::ObjectSource {
 public:
  SnapshotObjects(Core& core, std::vector<store::PartRow> parts);
  const std::vector<page::PartRecord>& parts() const override { return parts_; }
  Result<Bytes> read(const Sha256Digest& object) const override { return core_->objects.read(object); }

 private:
  Core* core_;
  std::vector<page::PartRecord> parts_;
};

// One that is being committed: what just arrived lies in staging, the rest in the store.
class CapturedObjects final : public page::ObjectSource {
 public:
  using Arrived = std::map<Sha256Digest, store::StagedUpload*>;

  CapturedObjects(Core& core, std::vector<page::PartRecord> parts, const Arrived& arrived)
      : core_(&core), parts_(std::move(parts)), arrived_(&arrived) {}
  const std::vector<page::PartRecord>& parts() const override { return parts_; }
  Result<Bytes> read(const Sha256Digest& object) const override;
  // The first error that reading gave, so that an extractor that went on without is not taken for content
  // with none.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Core* core_;
  std::vector<page::PartRecord> parts_;
  const Arrived* arrived_;
  mutable std::optional<Error> failure_;
};

}  // namespace keepleaf::library
