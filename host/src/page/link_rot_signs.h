// The words and hosts by which error pages, parked domains, paywalls and robot checks give themselves away,
// in English, Chinese and Japanese. Internal to the page module; docs/link-rot.md says how they weigh.
#pragma once

#include <string>
#include <string_view>

namespace keepleaf::page {

enum class TitleSign : unsigned char {
  none,
  number,  // 404 or 410 and nothing else
  words,   // says that there is no such page
};
// Of a part of a title between separators, folded (search_fold).
TitleSign error_title(std::string_view part);
// Whether it asks for proof that a person is there.
bool challenge_title(std::string_view folded_title);

// The first sentence of a kind that a folded text holds, or empty.
std::string_view error_sentence(std::string_view folded);
std::string_view parking_sentence(std::string_view folded);
std::string_view paywall_sentence(std::string_view folded);

// A host that shows nothing but parked domains, or one below it.
bool is_parking_host(std::string_view host);
// Pieces of a path, lower case.
bool is_error_piece(std::string_view piece);
bool is_login_piece(std::string_view piece);

}  // namespace keepleaf::page
