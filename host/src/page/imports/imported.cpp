#include "page/imports/imported.h"

namespace keepleaf::page {

std::string_view link_state_name(LinkState state) {
  switch (state) {
    case LinkState::unread:
      return "unread";
    case LinkState::archived:
      return "archived";
    case LinkState::favourite:
      return "favourite";
    case LinkState::shared:
      return "shared";
  }
  return "unread";
}

}  // namespace keepleaf::page
