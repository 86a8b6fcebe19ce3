// Documents say "keepleaf-part:N" where no address fixes the bytes. Nobody else knows that, so an archive for
// others says something that its readers follow, in a way that can be undone byte for byte.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/uuid.h"

namespace keepleaf::archive {

// Whether the part's bytes may name other parts.
bool may_name_parts(std::string_view role, std::string_view media_type);

// Each "keepleaf-part:N" becomes `prefix` and N. The same bytes when there is none, or when `prefix` stands
// in them already: then it could not be undone.
Bytes with_links(Bytes bytes, std::string_view prefix);
// Undoes that.
Bytes without_links(Bytes bytes, std::string_view prefix);

}  // namespace keepleaf::archive
