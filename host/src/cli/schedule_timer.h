// What runs schedules while no browser is open: a systemd user timer, or a line for cron.
#pragma once

#include "base/result.h"
#include "cli/context.h"

namespace keepleaf::cli {

// Prints both, or writes keepleaf-schedule.service and .timer below $XDG_CONFIG_HOME/systemd/user. Starting
// the timer stays the person's own act: the command for it is printed. Errors: io, read_only.
Result<int> schedule_timer(const Context& context, bool install);

}  // namespace keepleaf::cli
