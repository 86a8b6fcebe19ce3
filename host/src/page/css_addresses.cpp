#include "page/css_addresses.h"

#include <algorithm>
#include <array>

#include "page/css_rewrite.h"

namespace keepleaf::page {

using namespace std::string_view_literals;

bool takes_addresses(std::string_view function) {
  constexpr std::array kNames = {"image-set"sv, "-webkit-image-set"sv, "image"sv, "src"sv};
  return std::find(kNames.begin(), kNames.end(), function) != kNames.end();
}

bool harmless_among_addresses(std::string_view function) {
  return function == "url" || function == "type" || function == "calc" || takes_addresses(function) ||
         function.ends_with("-gradient") || function.starts_with("rgb") || function.starts_with("hsl") ||
         function.starts_with("-keepleaf-");
}

std::string_view role_of(Use use) {
  switch (use) {
    case Use::image:
    case Use::svg:
      return "image";
    case Use::icon:
      return "icon";
    case Use::font:
      return "font";
    case Use::stylesheet:
      return "stylesheet";
    case Use::audio:
      return "audio";
    case Use::video:
      return "video";
    case Use::text_track:
      return "text";
    case Use::frame:
      return "frame";
    case Use::object:
      return "object";
  }
  return "other";
}

}  // namespace keepleaf::page
