// Destroying rows for good, inside Core::act. Objects are only listed for the wiper. Internal to the library
// module.
#pragma once

#include "library/core.h"
#include "library/types.h"

namespace keepleaf::library {

// A link with all its snapshots.
Status destroy_link(Core& core, const store::Moment& moment, const store::LinkRow& link,
                    Destroyed& destroyed);

// A snapshot, and its link when that went to the trash with it and has no other. A title that the link had
// from it goes as well.
Status destroy_snapshot(Core& core, const store::Moment& moment, const store::SnapshotRow& snapshot,
                        Destroyed& destroyed);

}  // namespace keepleaf::library
