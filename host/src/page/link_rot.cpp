#include "page/link_rot.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/unicode.h"
#include "page/likeness.h"
#include "page/link_rot_signs.h"

namespace keepleaf::page {
namespace {

constexpr std::array<std::pair<Rot, const char*>, 8> kNames = {{{Rot::ok, "ok"},
                                                                {Rot::gone, "gone"},
                                                                {Rot::moved, "moved"},
                                                                {Rot::parked, "parked"},
                                                                {Rot::error_page, "error_page"},
                                                                {Rot::paywalled, "paywalled"},
                                                                {Rot::changed, "changed"},
                                                                {Rot::unreachable, "unreachable"}}};

// Units of text (page/likeness.h). An error page with its menus has less than kLong, an article more.
constexpr std::size_t kShort = 150;
constexpr std::size_t kLong = 400;
constexpr std::size_t kEnough = 80;  // to compare two texts by
constexpr double kSamePage = 0.5;    // that much in common: whatever else it says, it is the page
constexpr double kUnlike = 0.1;
constexpr double kOtherPage = 0.2;          // less in common: another page took its place
constexpr double kCutShort = 0.7;           // of the length that was kept
constexpr int kCertain = 3;                 // points
constexpr std::size_t kLooked = 64U << 10;  // bytes of text that sentences are looked for in
constexpr std::size_t kValue = 200;         // bytes of a sign's value

std::string one_line(std::string_view text) {
  std::string line(utf8_prefix(text, kValue));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

struct Place {
  std::string host;  // without www.
  std::string path;  // without slashes at its end and without index.html
  std::vector<std::string> pieces;
};

Place place_of(std::string_view url) {
  Place place;
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return place;
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = url.find('/');
  place.host = fold(url.substr(0, slash));
  if (place.host.starts_with("www.")) place.host.erase(0, 4);
  std::string_view path = slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1);
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    if (const auto piece = path.substr(0, end); !piece.empty()) place.pieces.push_back(fold(piece));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  if (!place.pieces.empty()) {
    const std::string& last = place.pieces.back();
    if (last.starts_with("index.") || last.starts_with("default.")) place.pieces.pop_back();
  }
  for (const std::string& piece : place.pieces) place.path += '/' + piece;
  return place;
}

bool has_piece(const Place& place, bool (*wanted)(std::string_view)) {
  return std::any_of(place.pieces.begin(), place.pieces.end(),
                     [&](const std::string& piece) { return wanted(piece); });
}

// The parts of a title: sites join page and name by these.
std::vector<std::string> title_parts(std::string_view folded_title) {
  static constexpr std::array<std::string_view, 10> kBetween = {" | ", "|",  " - ", " – ", " — ",
                                                                " · ", ": ", " » ", "_",   " ・ "};
  std::vector<std::string> parts{std::string(folded_title)};
  for (const std::string_view between : kBetween) {
    std::vector<std::string> next;
    for (const std::string& part : parts) {
      std::size_t from = 0;
      for (std::size_t at = part.find(between); at != std::string::npos; at = part.find(between, from)) {
        next.push_back(part.substr(from, at - from));
        from = at + between.size();
      }
      next.push_back(part.substr(from));
    }
    parts = std::move(next);
  }
  return parts;
}

class Judge {
 public:
  Judge(const SeenPage& seen, const std::optional<KeptPage>& kept)
      : seen_(seen),
        title_(search_fold(seen.title)),
        text_(search_fold(utf8_prefix(seen.text, kLooked))),
        asked_(place_of(seen.url)),
        came_to_(place_of(seen.final_url.empty() ? seen.url : seen.final_url)),
        elsewhere_(asked_.host != came_to_.host || asked_.path != came_to_.path),
        units_(seen.text) {
    if (!kept) return;
    const TextUnits before(kept->text);
    kept_units_ = before.count();
    if (before.count() >= kEnough) likeness_ = TextUnits::likeness(units_, before);
  }

  RotVerdict verdict() {
    // What is there as it was needs no more looks; only where it stands may have changed.
    if (likeness_ && *likeness_ >= kSamePage) return moved_or_ok();
    for (const auto look : {&Judge::challenge, &Judge::parked, &Judge::error_page, &Judge::paywalled}) {
      signs_.clear();
      const Rot found = (this->*look)();
      if (found != Rot::ok) return {found, std::move(signs_), {}};
    }
    signs_.clear();
    RotVerdict moved = moved_or_ok();
    if (moved.state != Rot::ok) return moved;
    if (likeness_ && *likeness_ < kOtherPage && units_.count() >= kEnough) {
      note_likeness();
      return {Rot::changed, std::move(signs_), {}};
    }
    return {};
  }

 private:
  void sign(const char* name, std::string_view value) { signs_.push_back({name, one_line(value)}); }
  void note_likeness() { sign("likeness", std::to_string(static_cast<int>(*likeness_ * 100))); }

  // How the length and what was kept speak for a page that is not the one: it is short, and unlike.
  int doubt() {
    int points = units_.count() < kShort ? 1 : units_.count() > kLong ? -2 : 0;
    if (likeness_ && *likeness_ < kUnlike) {
      ++points;
      note_likeness();
    }
    return points;
  }

  Rot challenge() {
    if (units_.count() >= kShort || !challenge_title(title_)) return Rot::ok;
    sign("title", seen_.title);
    return Rot::unreachable;
  }

  Rot parked() {
    int points = 0;
    if (is_parking_host(came_to_.host) && asked_.host != came_to_.host) {
      points += kCertain;
      sign("parking_host", came_to_.host);
    }
    if (const auto sentence = parking_sentence(text_); !sentence.empty()) {
      points += 2;
      sign("sentence", sentence);
      if (title_ == asked_.host || title_ == "www." + asked_.host) ++points;
    } else if (const auto said = parking_sentence(title_); !said.empty()) {
      points += 2;
      sign("title", seen_.title);
    }
    return points > 0 && points + doubt() >= kCertain ? Rot::parked : Rot::ok;
  }

  Rot error_page() {
    int points = 0;
    for (const std::string& part : title_parts(title_)) {
      const TitleSign found = error_title(part);
      if (found == TitleSign::none) continue;
      points += found == TitleSign::words ? 2 : 1;
      sign("title", seen_.title);
      break;
    }
    if (const auto sentence = error_sentence(text_); !sentence.empty()) {
      points += 2;
      sign("sentence", sentence);
    }
    if (elsewhere_ && has_piece(came_to_, is_error_piece) && !has_piece(asked_, is_error_piece)) {
      points += 2;
      sign("address", seen_.final_url);
    }
    // Sent to the front page of the same site: what was asked for is not there any more.
    if (elsewhere_ && asked_.host == came_to_.host && came_to_.pieces.empty()) {
      sign("home_page", seen_.final_url);
      return Rot::error_page;
    }
    return points > 0 && points + doubt() >= kCertain ? Rot::error_page : Rot::ok;
  }

  Rot paywalled() {
    if (elsewhere_ && has_piece(came_to_, is_login_piece) && !has_piece(asked_, is_login_piece)) {
      sign("login_page", seen_.final_url);
      return Rot::paywalled;
    }
    const auto sentence = paywall_sentence(text_);
    if (sentence.empty()) return Rot::ok;
    const bool cut = kept_units_
                         ? static_cast<double>(units_.count()) < kCutShort * static_cast<double>(*kept_units_)
                         : units_.count() < kLong;
    if (!cut) return Rot::ok;
    sign("sentence", sentence);
    return Rot::paywalled;
  }

  RotVerdict moved_or_ok() {
    if (!elsewhere_ || !seen_.moved_for_good) return {};
    sign("redirect", seen_.final_url);
    return {Rot::moved, std::move(signs_), seen_.final_url};
  }

  const SeenPage& seen_;
  const std::string title_;
  const std::string text_;
  const Place asked_;
  const Place came_to_;
  const bool elsewhere_;
  const TextUnits units_;
  std::optional<std::size_t> kept_units_;
  std::optional<double> likeness_;
  std::vector<RotSign> signs_;
};

}  // namespace

const char* rot_name(Rot rot) {
  for (const auto& [known, name] : kNames)
    if (known == rot) return name;
  return "ok";
}

std::optional<Rot> rot_from_name(std::string_view name) {
  for (const auto& [rot, known] : kNames)
    if (name == known) return rot;
  return std::nullopt;
}

RotVerdict judge_page(const SeenPage& seen, const std::optional<KeptPage>& kept) {
  return Judge(seen, kept).verdict();
}

RotVerdict judge_failure(const Error& error, int http_status, bool no_such_host) {
  if (no_such_host) return {Rot::unreachable, {{"no_such_host", one_line(error.message)}}, {}};
  if (error.code != ErrorCode::http_status || http_status == 0)
    return {Rot::unreachable, {{"no_answer", one_line(error.message)}}, {}};
  const std::vector<RotSign> signs{{"http_status", std::to_string(http_status)}};
  if (http_status == 404 || http_status == 410 || http_status == 451) return {Rot::gone, signs, {}};
  if (http_status == 401 || http_status == 402) return {Rot::paywalled, signs, {}};
  return {Rot::unreachable, signs, {}};
}

bool worth_a_version(Rot rot) { return rot == Rot::ok || rot == Rot::moved || rot == Rot::changed; }

}  // namespace keepleaf::page
