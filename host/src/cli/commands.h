// Every command, one file each: declares its arguments, and when it is the chosen one sets the action.
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "cli/context.h"

namespace keepleaf::cli {

using Action = std::function<int()>;

void add_commands(CLI::App& app, Context& context, Action& chosen);

}  // namespace keepleaf::cli
