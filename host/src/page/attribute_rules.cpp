#include "page/attribute_rules.h"

#include <algorithm>
#include <array>
#include <optional>

#include "page/chars.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Loading {
  std::string_view element;
  std::string_view attribute;
  AttributeRule rule;
};

constexpr AttributeRule loads(Use use) { return {AttributeKind::resource, use}; }
constexpr AttributeRule is(AttributeKind kind) { return {kind, Use::image}; }

constexpr std::array kLoading = {
    Loading{"img", "src", loads(Use::image)},
    Loading{"img", "srcset", is(AttributeKind::srcset)},
    Loading{"image", "src", loads(Use::image)},  // the parser makes it <img>
    Loading{"image", "srcset", is(AttributeKind::srcset)},
    Loading{"image", "href", loads(Use::image)},
    Loading{"image", "xlink:href", loads(Use::image)},
    Loading{"feimage", "href", loads(Use::image)},
    Loading{"feimage", "xlink:href", loads(Use::image)},
    Loading{"use", "href", loads(Use::svg)},
    Loading{"use", "xlink:href", loads(Use::svg)},
    Loading{"input", "src", loads(Use::image)},
    Loading{"source", "src", loads(Use::video)},
    Loading{"source", "srcset", is(AttributeKind::srcset)},
    Loading{"video", "src", loads(Use::video)},
    Loading{"video", "poster", loads(Use::image)},
    Loading{"audio", "src", loads(Use::audio)},
    Loading{"track", "src", loads(Use::text_track)},
    Loading{"a", "href", is(AttributeKind::link)},
    Loading{"a", "xlink:href", is(AttributeKind::link)},
    Loading{"area", "href", is(AttributeKind::link)},
    Loading{"form", "action", is(AttributeKind::submit)},
};

constexpr std::array kBackground = {"body"sv, "table"sv, "thead"sv, "tbody"sv, "tfoot"sv,
                                    "tr"sv,   "td"sv,    "th"sv,    "col"sv,   "colgroup"sv};

constexpr std::array kNever = {"ping"sv,
                               "attributionsrc"sv,
                               "nonce"sv,
                               "integrity"sv,
                               "crossorigin"sv,
                               "referrerpolicy"sv,
                               "manifest"sv,
                               "srcdoc"sv,
                               "http-equiv"sv,
                               "sandbox"sv,
                               "allow"sv,
                               "allowfullscreen"sv,
                               "csp"sv,
                               "credentialless"sv,
                               "imagesrcset"sv,
                               "imagesizes"sv,
                               "shadowrootadoptedstylesheets"sv,
                               "autofocus"sv,
                               "xml:base"sv};

// Loads something on one element or another, or did so once. On any but the elements above they go.
constexpr std::array kAddresses = {"src"sv,     "srcset"sv,     "href"sv,   "xlink:href"sv, "data"sv,
                                   "poster"sv,  "background"sv, "action"sv, "code"sv,       "codebase"sv,
                                   "archive"sv, "classid"sv,    "lowsrc"sv, "dynsrc"sv,     "icon"sv,
                                   "profile"sv, "pluginspage"sv};

// SVG attributes that are CSS properties with url().
constexpr std::array kPresentation = {"fill"sv,       "stroke"sv, "mask"sv,         "clip-path"sv,
                                      "filter"sv,     "marker"sv, "marker-start"sv, "marker-mid"sv,
                                      "marker-end"sv, "cursor"sv, "values"sv,       "from"sv,
                                      "to"sv,         "by"sv,     "style"sv};

constexpr std::array kRelations = {"canonical"sv, "alternate"sv, "author"sv,    "license"sv,
                                   "help"sv,      "me"sv,        "shortlink"sv, "bookmark"sv};

bool is_safe(std::string_view name, std::string_view others) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [others](char c) {
    return is_alpha(c) || is_digit(c) || others.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

std::string_view real_name(std::string_view element) {
  if (element.starts_with(kStandIn)) element.remove_prefix(kStandIn.size());
  return element;
}

AttributeRule attribute_rule(std::string_view element, std::string_view attribute, bool foreign) {
  element = real_name(element);
  if (attribute.starts_with("on") || contains(kNever, attribute)) return is(AttributeKind::drop);
  if (attribute == "style") return is(AttributeKind::style);
  if (attribute == "formaction") return is(AttributeKind::submit);
  if (attribute == "attributename") return is(AttributeKind::animated);
  for (const Loading& entry : kLoading) {
    if (entry.element == element && entry.attribute == attribute) return entry.rule;
  }
  if (attribute == "background" && contains(kBackground, element)) return loads(Use::image);
  if (foreign && (attribute == "href" || attribute == "xlink:href")) return is(AttributeKind::fragment);
  if (foreign && contains(kPresentation, attribute)) return is(AttributeKind::style);
  // Custom elements load nothing by themselves, and style sheets may select by such attributes.
  const bool custom = element.find('-') != std::string_view::npos && !foreign;
  if (contains(kAddresses, attribute) && !custom) return is(AttributeKind::drop);
  return is(AttributeKind::keep);
}

bool may_be_animated(std::string_view attribute) {
  const std::string name = lower(trimmed(attribute));
  return !name.starts_with("on") && name.find("href") == std::string::npos && !contains(kAddresses, name) &&
         !contains(kNever, name);
}

bool is_safe_tag_name(std::string_view name) { return is_safe(name, "-_.:"); }
bool is_safe_attribute_name(std::string_view name) { return is_safe(name, "-_.:@#$*()[]{}!?|~^,;+%&"); }

LinkKind link_kind(std::string_view rel) {
  const std::string text = lower(rel);
  bool sheet = false;
  bool alternate = false;
  bool icon = false;
  bool only_relations = true;
  std::string_view rest = text;
  while (!(rest = trimmed(rest)).empty()) {
    std::size_t end = 0;
    while (end < rest.size() && !is_space(rest[end])) ++end;
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    sheet = sheet || word == "stylesheet";
    alternate = alternate || word == "alternate";
    icon = icon || word == "icon" || word == "apple-touch-icon" || word == "apple-touch-icon-precomposed";
    only_relations = only_relations && contains(kRelations, word);
  }
  if (sheet) return alternate ? LinkKind::alternate_stylesheet : LinkKind::stylesheet;
  if (icon) return LinkKind::icon;
  return only_relations && !text.empty() ? LinkKind::relation : LinkKind::fetches;
}

}  // namespace keepleaf::page
