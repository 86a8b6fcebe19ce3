// CaptureCommit: makes one whole capture a snapshot, in the order of docs/store-format.md, "Order of
// writing". Internal to the library module.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "capture/sink.h"
#include "library/capture_check.h"
#include "library/core.h"
#include "library/link_condition.h"
#include "library/snapshot_objects.h"
#include "store/staging.h"

namespace keepleaf::library {

// What was answered to the commit of this snapshot. Throws SQLite::Exception.
capture::Committed receipt_of(Core& core, const store::SnapshotRow& row);

// What a commit does with a page that is as it was, or worse than it was.
enum class Keep : std::uint8_t { always, if_changed };

class CaptureCommit {
 public:
  // Everything must outlive run(). `parts` passed check_parts.
  CaptureCommit(Core& core, const capture::CaptureId& id, const CheckedPage& page,
                const std::map<std::uint32_t, capture::Part>& parts, store::StagedCapture& staged,
                bool leased, Keep keep);

  // Errors: incomplete, no_space, io, busy, …; staging is as it was then.
  Result<capture::Committed> run();

 private:
  struct Text {
    Sha256Digest key;
    bool known = false;
    std::string body;
    bool truncated = false;
  };

  Status find_objects();
  Status extract_text();
  Status compare();
  Result<std::string> whole_text();
  bool is_unchanged(const Earlier& earlier) const;
  Result<capture::Committed> write_check(const store::Moment& moment);
  Status publish_files();
  Status publish_again(const Sha256Digest& digest, store::StagedUpload& upload);
  Result<capture::Committed> write(const store::Moment& moment);
  Result<store::LinkRow> write_link(const store::Moment& moment, capture::Committed& result);
  Status write_objects(const store::Moment& moment, capture::Committed& result);
  Result<std::optional<std::int64_t>> write_text(const store::Moment& moment, capture::Committed& result);
  Error missing(const std::vector<Sha256Digest>& digests) const;

  Core& core_;
  const capture::CaptureId& id_;
  const CheckedPage& page_;
  const std::map<std::uint32_t, capture::Part>& parts_;
  store::StagedCapture& staged_;
  bool leased_;
  Keep keep_;

  CapturedObjects::Arrived arrived_;             // new to the library, by digest
  std::map<Sha256Digest, std::uint64_t> sizes_;  // raw, of every distinct object of the parts
  std::map<Sha256Digest, std::int64_t> rows_;    // object.n; of new ones once they are inserted
  std::int64_t version_ = 0;                     // the database's data_version when rows_ were looked for
  std::optional<Text> text_;
  bool link_changed_ = false;                // what the index holds of the link
  std::optional<page::RotVerdict> verdict_;  // none: nobody but a person looked
  bool not_kept_ = false;                    // of a check: this is no new version
  bool unchanged_ = false;
};

}  // namespace keepleaf::library
