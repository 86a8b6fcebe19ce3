// A link's condition: what a new look at its page says, compared with the version that was kept. Internal to
// the library module. What reads or writes rows throws SQLite::Exception.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "library/capture_check.h"
#include "library/core.h"
#include "page/link_rot.h"

namespace keepleaf::library {

using MediaDigests = std::set<Sha256Digest>;

// The version that a look is compared with.
struct Earlier {
  store::SnapshotRow row;
  std::string text;
  MediaDigests media;
};

// The link's newest version by this engine, for engines see different pages; else its newest. None: there is
// no version that is not in the trash. Errors: those of reading objects.
Result<std::optional<Earlier>> earlier_version(Core& core, const Uuid& link, const std::string& engine);

// The text behind a key of the store's texts; empty when it is gone.
Result<std::string> text_of(Core& core, const Sha256Digest& key);

// Whether a part's bytes are what a person came for: pictures and media, and a page that is its bytes.
bool counts_as_content(std::uint32_t n, const std::string& role, const std::string& media_type);

// The words alone: runs of white space are one space.
std::string folded_space(std::string_view text);

page::RotVerdict judge_version(const CheckedPage& page, std::string_view text,
                               const std::optional<Earlier>& earlier);

// Keeps the verdict; `since` stays while the state does. A host without an address is gone when a look a day
// later finds none either.
void note_condition(Core& core, std::int64_t link, page::RotVerdict verdict, UnixMs now);
// A person captured the page in their own browser: it is there. Only a link that was in trouble is touched.
void note_seen_by_person(Core& core, std::int64_t link, UnixMs now);

std::optional<Condition> condition_of(Core& core, std::int64_t link);

}  // namespace keepleaf::library
