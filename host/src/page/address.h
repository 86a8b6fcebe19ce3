// Addresses in documents: what a reference means against a base, and which may stay in a saved page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keepleaf::page {

// The scheme in lower case ("https"), or empty for a relative reference. Ignores what browsers ignore in a
// URL: tabs, line breaks, and white space and control characters around it.
std::string scheme_of(std::string_view reference);

// A reference as a browser reads it: without surrounding white space and control characters, tabs and line
// breaks.
std::string cleaned_reference(std::string_view reference);

// `reference` against `base`. What has a scheme that is not hierarchical (data:, mailto:, keepleaf-part:)
// comes back cleaned; empty when there is no such address.
std::string absolute(std::string_view base, std::string_view reference);

// Address and fragment ("" or "#…") apart; both point into `url`.
struct Split {
  std::string_view address;
  std::string_view fragment;
};
Split split_fragment(std::string_view url);

// Whether a person may follow it from a saved page: no scheme that runs or shows content of the page's
// making.
bool may_be_linked(std::string_view absolute_url);

// http, https, ftp, file: what can be fetched as a resource.
bool is_fetchable(std::string_view absolute_url);

// N of "keepleaf-part:N" (a fragment may follow).
std::optional<std::uint32_t> part_number(std::string_view reference);

}  // namespace keepleaf::page
