// LinkImport: puts links from elsewhere into the library, or tells what that would do. What a person wrote
// here stays: a title is only filled in, a note only added to, tags only added. So a second import of the
// same links changes nothing. Internal to the library module.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "library/capture_check.h"
#include "library/core.h"
#include "library/import.h"

namespace keepleaf::library {

class LinkImport {
 public:
  // Both must outlive it. `tags` are those of the request, checked.
  LinkImport(Core& core, const ImportRequest& request, std::vector<TagPath> tags)
      : core_(core), request_(request), tags_(std::move(tags)) {}

  struct Outcome {
    enum class Kind : std::uint8_t { added, updated, known, refused };
    Kind kind = Kind::known;
    std::uint32_t tags = 0;
    bool note = false;
    bool job = false;
    std::vector<std::string> reasons;  // why it was refused, or what of it was not taken
  };
  // In one transaction; a dry run writes nothing. Outcomes stand in the order of the links.
  Result<std::vector<Outcome>> take(const std::vector<page::ImportedLink>& links);

 private:
  // A link that passed all checks.
  struct Wanted {
    url::Identity identity;
    std::string title;
    std::string note;
    std::vector<TagPath> tags;
    std::optional<UnixMs> created_at;
  };
  // A link as it is, and as it will be.
  struct Plan {
    std::optional<store::LinkRow> before;  // none: it is not in the library
    store::LinkRow row;
    std::set<std::string> tags;  // folded
    std::vector<TagPath> added;  // of `tags`
    bool exists = false;         // in the library, or by an earlier record
    bool has_page = false;       // a snapshot, or a job that will make one
    bool changed = false;
    bool job = false;
  };

  Wanted check(const page::ImportedLink& link, UnixMs now, Outcome& outcome) const;
  Plan& plan_for(const url::Identity& identity);
  void merge(const Wanted& wanted, UnixMs now, Plan& plan, Outcome& outcome) const;
  Outcome take_one(const page::ImportedLink& link, UnixMs now);
  Status write(const store::Moment& moment, const Plan& plan);

  Core& core_;
  const ImportRequest& request_;
  std::vector<TagPath> tags_;
  // A file may name a link many times: it is written once a batch, and a dry run remembers what it would have
  // written before.
  std::unordered_map<Uuid, Plan> plans_;
  std::vector<Uuid> batch_;  // those of plans_ that this batch met, in its order
};

// `note` with `addition` behind it, or nothing when it stands there as a block of its own already.
std::optional<std::string> note_with(const std::string& note, const std::string& addition);

}  // namespace keepleaf::library
