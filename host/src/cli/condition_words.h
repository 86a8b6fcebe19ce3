// A link's condition in words (docs/link-rot.md).
#pragma once

#include <string>

#include "protocol/messages.h"

namespace keepleaf::cli {

// "gone: the server answers 404", "moved: it sends to https://…"; "as it was" when nothing is wrong.
std::string condition_words(const protocol::Condition& condition);

// Where the Internet Archive would show the page, for one that is not to be had any more; else empty. Nothing
// is asked of it: a person may follow the link.
std::string archive_address(const protocol::Condition& condition, const std::string& url);

}  // namespace keepleaf::cli
