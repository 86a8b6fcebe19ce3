// What an import finds, before any library has seen it: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace keepleaf::page {

// What other programs know of a link and Keepleaf has no field for.
enum class LinkState : std::uint8_t { unread, archived, favourite, shared };
std::string_view link_state_name(LinkState state);

struct ImportedLink {
  std::uint64_t line = 0;  // where its record begins in the source, from 1
  std::string url;         // as the source has it; nobody looked at it yet
  std::string title;
  std::string note;
  std::vector<std::string> tags;       // paths
  std::optional<UnixMs> created_at{};  // when it was saved at its source
  std::vector<LinkState> states{};
};

// Something of one record that was not taken.
struct ImportRemark {
  std::uint64_t line = 0;
  std::string subject;  // the record, as a person would name it: its URL, else its title
  std::string reason;
};

}  // namespace keepleaf::page
