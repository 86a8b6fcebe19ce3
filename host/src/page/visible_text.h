// The text of one HTML document as a reader sees it, in one pass and without a tree: memory does not grow
// with nesting.
#pragma once

#include <string>
#include <string_view>

#include "page/html_tokens.h"

namespace keepleaf::page {

// Blocks on lines of their own, cells separated by tabs, white space folded except in <pre>. Appended to
// `out` until it has `limit` bytes (cut between characters); false when it was cut.
//
// Left out: scripts, styles, <title>, <noscript>, <template> without a shadow root, what `hidden` or an
// inline display:none hides, closed dialogs, fallbacks of media, ruby parentheses, options that are not
// selected, alternative texts. Included: shadow roots, where they stand; closed <details>; what was typed
// into text fields and text areas, because the person sees it on the page (capturing leaves passwords out).
bool append_visible_text(std::string_view html, Flavour flavour, std::size_t limit, std::string& out);

}  // namespace keepleaf::page
