// What selectors of a live page have to say so that they mean the same in a kept one. Every replacement is as
// specific as what it stands for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "page/css_tokens.h"

namespace keepleaf::page {

// Whether what stands in `css` from `begin` to `end` was replaced so before: a sheet may be rewritten twice.
bool is_replaced(std::string_view css, std::size_t begin, std::size_t end);

// In place of a pseudo-class that only a script or a person can bring about again, after its colon: what was
// in that state the capture marks. Empty: as it stands.
std::string_view marked_state(std::string_view pseudo_class);

// Behind ":state(", its function token already read: the state's name, when nothing else stands before ")";
// `tokens` is then behind that. Empty: as it was.
std::string_view state_name(CssTokenizer& tokens);

// In place of ":state(name)", after its colon: what an element's own script said of it, the capture marks.
std::string state_selector(std::string_view name);

// In place of a type selector in a page whose objects are shown as pictures and frames; empty: as it stands.
std::string_view object_selector(std::string_view name);

// Whether a type selector may stand in the arguments of a function.
bool takes_selectors(std::string_view function);

// Whether a name at `at` can be a type selector by what stands before it.
bool may_be_type(std::string_view css, std::size_t at);

}  // namespace keepleaf::page
