// What selectors of a live page have to say so that they mean the same in a kept one. Every replacement is as
// specific as what it stands for.
#pragma once

#include <string>
#include <string_view>

#include "page/css_tokens.h"

namespace keepleaf::page {

// In place of ":defined", after its colon: no script of the page defines its elements again, so the capture
// marks those that were.
inline constexpr std::string_view kDefined = "is(:defined,[data-keepleaf-defined])";

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
