// The command line (docs/cli.md): decides between being the host and being a command, parses, runs one
// command.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/context.h"

namespace keepleaf::cli {

// The whole program. Returns the exit code: 0 done, 1 failed, 2 wrong usage.
int run(const std::vector<std::string>& argv, std::ostream& out, std::ostream& err);

// Parses and runs a command; `arguments` are those after argv[0].
int run_command(const std::vector<std::string>& arguments, Context& context);

const char* version();

}  // namespace keepleaf::cli
