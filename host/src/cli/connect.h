// Gives a context its ways out of this process: the router over the chosen library, its documents, its
// worker.
#pragma once

#include "cli/context.h"

namespace keepleaf::cli {

void connect(Context& context);

}  // namespace keepleaf::cli
