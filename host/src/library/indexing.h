// Keeps the index equal to what may be found: links and texts that are not in the trash. Throws
// SQLite::Exception: use it inside Core::act. Internal to the library module.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "library/core.h"

namespace keepleaf::library {

// After the link's title, note or tags changed, or it was made.
Status index_link(Core& core, const store::LinkRow& link);
// After the link went to the trash or came back: it and its texts.
Status index_link_trashed(Core& core, const store::LinkRow& link);
Status index_link_restored(Core& core, const store::LinkRow& link);
// After a snapshot with this text went to the trash or came back.
Status index_text_if_used(Core& core, std::int64_t text);

// A piece of an old, missing or incomplete index, in one short transaction. True: it is complete.
Result<bool> rebuild_some(Core& core);

}  // namespace keepleaf::library
