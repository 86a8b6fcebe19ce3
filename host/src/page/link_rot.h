// Link rot, told by what the page says and not by its status alone (docs/link-rot.md has the rules, the signs
// and how often they are right). Nothing is fetched here and nothing asked of anyone. Pure, safe from any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace keepleaf::page {

enum class Rot : std::uint8_t {
  ok,
  gone,         // 404, 410, 451; or its host has no address any more
  moved,        // redirected for good to somewhere else
  parked,       // the domain is for sale or lapsed
  error_page,   // an error page that calls itself a success ("soft 404")
  paywalled,    // a login or a subscription stands before it
  changed,      // another page than the one that was kept
  unreachable,  // no answer, or none that means anything: it may come back
};
const char* rot_name(Rot rot);  // as protocol and store spell it
std::optional<Rot> rot_from_name(std::string_view name);

// Why. Names: http_status, no_such_host, no_answer, redirect, home_page, login_page, parking_host, title,
// sentence, address, likeness (per cent in common with the last good snapshot), seen_by_person.
struct RotSign {
  std::string name;
  std::string value;  // what was found, in the page's own words; one line
};

struct RotVerdict {
  Rot state = Rot::ok;
  std::vector<RotSign> signs;
  std::string target;  // where it moved to
};

struct SeenPage {
  std::string url;              // that was asked for
  std::string final_url;        // that answered
  bool moved_for_good = false;  // every redirect on the way was a permanent one
  std::string title;
  std::string_view text;  // what a reader sees
};

// What a good snapshot said, to compare with.
struct KeptPage {
  std::string title;
  std::string_view text;
};

RotVerdict judge_page(const SeenPage& seen, const std::optional<KeptPage>& kept);

// `http_status` is 0 when there was none.
RotVerdict judge_failure(const Error& error, int http_status, bool no_such_host);

// Whether a schedule keeps such a page as a new version: not where it would put an error page in front of the
// page that was kept.
bool worth_a_version(Rot rot);

}  // namespace keepleaf::page
