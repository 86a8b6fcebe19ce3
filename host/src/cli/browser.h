// What the commands under `keepleaf browser` share.
#pragma once

#include "base/error.h"
#include "cli/commands.h"

namespace keepleaf::cli {

void add_doctor(CLI::App& browser, Context& context, Action& chosen);

bool context_wants_words(const Context& context);
// On `err` only, for an error that the command's own document holds too.
void report_words(const Context& context, const Error& error);

}  // namespace keepleaf::cli
