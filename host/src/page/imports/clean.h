// Texts of other programs, made into what links here can have. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace keepleaf::page {

// One level of a tag path from a folder's or tag's name: white space folded, no control characters; a "/"
// that belongs to the name becomes "／" (U+FF0F), because "/" separates levels. May be empty.
std::string tag_level(std::string_view name);
// A path whose levels are separated by "/" already; empty levels go. May be empty.
std::string tag_path(std::string_view path);
// What stands between the separators, as paths; empty ones go.
std::vector<std::string> split_tags(std::string_view list, char separator);
// The levels' names joined; empty ones go.
std::string joined_levels(const std::vector<std::string>& levels);

// Seconds, milliseconds or microseconds since 1970, or microseconds since 1601 (told by their size); or ISO
// 8601 as programs write it.
// Nothing for 0 and for what is no time.
std::optional<UnixMs> any_time(std::string_view text);

// Appends a block to a note, an empty line before it. White space around the block goes; empty ones too.
void append_block(std::string& note, std::string_view block);
// A highlighted passage with what was written about it, as a quotation.
void append_quote(std::string& note, std::string_view quote, std::string_view comment);

}  // namespace keepleaf::page
