// Looks for anything in a document that would run or load something. Reads it with gumbo, a tree builder that
// shares no code with the rewriter, under several contexts: what is text to one reader must not be a tag to
// another.
#pragma once

#include <string>
#include <string_view>

namespace keepleaf::test {

// Empty when the document is harmless; else what was found.
std::string harm_in(std::string_view html);

// The same for CSS: every url(), @import and string that is loaded is data: or a fragment.
std::string harm_in_css(std::string_view css);

}  // namespace keepleaf::test
