// From rows of the store to what the library gives. Throws SQLite::Exception: use it inside Core::view or
// act. Internal to the library module.
#pragma once

#include <optional>
#include <string>

#include "library/core.h"
#include "library/job_state.h"
#include "library/types.h"

namespace keepleaf::library {

enum class Detail : std::uint8_t {
  brief,  // the newest 10 snapshots; those in the trash only when the link is there too
  full,   // up to 1,000 snapshots, the trash included
};
Link to_link(Core& core, const store::LinkRow& row, Detail detail);
Snapshot to_snapshot(Core& core, const store::SnapshotRow& row);
Fidelity to_fidelity(const store::FidelityRow& row);
Picture to_picture(const store::PictureRow& row);
Job to_job(const store::JobRow& row);
// None: it is done or was cancelled.
std::optional<LinkJob> to_link_job(const store::JobRow& row);

// Several lines in one column, none of them empty.
std::string join_lines(const std::vector<std::string>& lines);
std::vector<std::string> split_lines(std::string_view text);

// How many items a page may have: what was asked for, within the limits.
std::uint32_t page_size(std::uint32_t asked);

// Opaque cursors: numbers, joined by a dot. Errors: bad_request.
std::string make_cursor(std::int64_t first, std::int64_t second);
Result<std::optional<store::LinkCursor>> parse_cursor(const std::string& text);

Error no_such(const std::string& what, const Uuid& id);

}  // namespace keepleaf::library
