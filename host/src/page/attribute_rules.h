// What attributes do to a saved page: which load something, which run something, which only say something.
// One table for replay, export, fetching and references, so that they cannot disagree.
#pragma once

#include <cstdint>
#include <string_view>

#include "page/css_rewrite.h"

namespace keepleaf::page {

enum class AttributeKind : std::uint8_t {
  keep,      // harmless, stays as written
  drop,      // runs script, submits, reports, or loads what no saved page needs
  resource,  // an address that the browser loads by itself
  srcset,    // several of those
  link,      // an address that a person may follow
  fragment,  // SVG reference: only one inside the document may stay
  submit,    // a form's target
  style,     // CSS declarations, or a value that may hold url()
  animated,  // attributeName of SMIL: what it names decides
};

struct AttributeRule {
  AttributeKind kind = AttributeKind::keep;
  Use use = Use::image;  // of resource and srcset
};

// An element that stands where no parser would leave it is written under this name with its own behind it,
// and our script gives it its own again (restore_tree.js). Whatever is said of it must hold for the element
// that it becomes.
inline constexpr std::string_view kStandIn = "keepleaf-as-";

// The element's own name.
std::string_view real_name(std::string_view element);

// Names in lower case; `foreign`: the element stands in SVG or MathML.
AttributeRule attribute_rule(std::string_view element, std::string_view attribute, bool foreign);

// Whether SMIL may animate an attribute of that name.
bool may_be_animated(std::string_view attribute);

// A name that reads the same wherever it is written.
bool is_safe_tag_name(std::string_view name);
bool is_safe_attribute_name(std::string_view name);

// What <link rel> asks for.
enum class LinkKind : std::uint8_t { stylesheet, alternate_stylesheet, icon, relation, fetches };
LinkKind link_kind(std::string_view rel);

}  // namespace keepleaf::page
