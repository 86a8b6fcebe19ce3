#include "cli/commands.h"

namespace keepleaf::cli {

void add_commands(CLI::App& app, Context&, Action&) {
  app.add_subcommand("host", "What browsers start: speaks frames on stdin and stdout")->group("");
}

}  // namespace keepleaf::cli
