// How links and snapshots look on paper, for the commands that print some.
#pragma once

#include <string>

#include "cli/context.h"
#include "protocol/messages.h"

namespace keepleaf::cli {

void print_item(const Context& context, const protocol::LinkItem& item);
// The line below a page of items: how many there are, and how to go on. Nothing when that was all.
void print_more(const Context& context, std::size_t shown, std::uint64_t total, const std::string& what,
                const std::optional<std::string>& next);
// What the link's newest job is at, or why it failed.
std::string job_words(const protocol::LinkJob& job);
std::string tags_line(const std::vector<std::string>& tags);

}  // namespace keepleaf::cli
