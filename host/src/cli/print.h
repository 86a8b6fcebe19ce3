// Words for people: columns that line up in any script, sizes, times, errors.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "cli/context.h"

namespace keepleaf::cli {

// The text without control characters, so that a stored title can't drive the terminal; no UTF-8 becomes
// U+FFFD.
std::string plain(std::string_view text);
// At most `columns` wide, with … where something was cut; control characters go.
std::string fitted(std::string_view text, std::size_t columns);
// Padded with spaces to `columns`; longer text stays as it is.
std::string padded(std::string_view text, std::size_t columns);

std::string human_size(std::uint64_t bytes);  // 1.5 MiB
std::string human_time(UnixMs time);          // 2026-11-22 05:55, UTC
std::string counted(std::uint64_t number, std::string_view one,
                    std::string_view many);  // "1 link", "2 links"

std::string json_text(std::string_view text);  // quoted and escaped; what is no UTF-8 becomes U+FFFD

// Rows of cells as aligned columns, two spaces apart; the last column is not padded, and cut to the terminal.
void print_table(const Context& context, const std::vector<std::vector<std::string>>& rows);

// What failed, what was kept, what to do next: on `err`, and with --json as {"error": …} on `out`. Returns
// kFailed.
int report(const Context& context, const Error& error);

}  // namespace keepleaf::cli
