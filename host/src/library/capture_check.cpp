#include "library/capture_check.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "base/unicode.h"
#include "library/limits.h"

namespace keepleaf::library {
namespace {

constexpr std::size_t kLongestName = 255;  // of a role, status or language; none of ours is near it

Error too_long(const std::string& what, const char* limit, std::uint64_t bytes) {
  return Error{ErrorCode::too_large,
               what + " has more than " + std::to_string(bytes) + " bytes (limit: " + limit + ").",
               "Nothing was changed."};
}

Error bad(const std::string& message) {
  return Error{ErrorCode::bad_request, message, "Nothing was changed."};
}

std::string part_name(std::uint32_t n) { return "part " + std::to_string(n); }

bool has_line_end(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

// 1280x800@1.5, the scale as short as it can be said.
std::string viewport_text(const capture::Viewport& viewport) {
  std::array<char, 32> scale{};
  const auto [end, error] = std::to_chars(scale.data(), scale.data() + scale.size(), viewport.scale);
  return std::to_string(viewport.width) + "x" + std::to_string(viewport.height) + "@" +
         (error == std::errc{} ? std::string(scale.data(), end) : std::string("1"));
}

}  // namespace

std::string without_userinfo(std::string_view url) {
  const std::size_t authority = url.find("://");
  // Only what looks like a scheme before it: the "://" of a data: URL or a query is content.
  if (authority == std::string_view::npos ||
      url.substr(0, authority).find_first_of(":/?#") != std::string_view::npos)
    return std::string(url);
  const std::size_t begin = authority + 3;
  const std::size_t end = std::min(url.find_first_of("/?#\\", begin), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(url);
  return std::string(url.substr(0, begin)) + std::string(url.substr(at + 1));
}

Result<std::string> check_title(const std::string& title) {
  std::string text = to_valid_utf8(title);
  if (text.size() > kLimits.title) return fail(too_long("The title", "title", kLimits.title));
  return text;
}

Result<std::string> check_note(const std::string& note) {
  std::string text = to_valid_utf8(note);
  if (text.size() > kLimits.note) return fail(too_long("The note", "note", kLimits.note));
  return text;
}

Result<std::vector<TagPath>> check_tags(const std::vector<std::string>& tags) {
  std::vector<TagPath> checked;
  std::set<std::string> seen;
  for (const std::string& tag : tags) {
    KL_ASSIGN(TagPath path, parse_tag_path(tag));
    if (seen.insert(path.folded).second) checked.push_back(std::move(path));
  }
  if (checked.size() > kLimits.tags_per_link) {
    return fail(ErrorCode::too_large,
                "A link can have " + std::to_string(kLimits.tags_per_link) + " tags (limit: tags_per_link).",
                "Nothing was changed.");
  }
  return checked;
}

Result<CheckedPage> check_page(const capture::Page& page) {
  CheckedPage checked;
  KL_ASSIGN(checked.identity, url::identify(page.url));
  KL_ASSIGN(checked.title, check_title(page.title));
  if (page.taken_at < 0 || page.taken_at >= (1LL << 47))
    return fail(bad("The time of the capture is out of range."));
  checked.taken_at = page.taken_at;
  checked.engine = capture::engine_name(page.engine);
  checked.moved_for_good = page.moved_for_good && !page.redirects.empty();
  for (const std::string& redirect : page.redirects) {
    if (redirect.size() > kLimits.url) return fail(too_long("A redirect", "url", kLimits.url));
    if (redirect.empty() || has_line_end(redirect)) return fail(bad("A redirect is not a URL."));
    if (!checked.redirects.empty()) checked.redirects += '\n';
    checked.redirects += to_valid_utf8(without_userinfo(redirect));
  }
  checked.language = to_valid_utf8(page.language);
  if (checked.language.size() > kLongestName)
    return fail(bad("The language is longer than a language tag can be."));
  if (page.viewport) {
    if (!std::isfinite(page.viewport->scale) || page.viewport->scale <= 0)
      return fail(bad("The viewport's scale is not a positive number."));
    checked.viewport = viewport_text(*page.viewport);
  }
  KL_ASSIGN(checked.tags, check_tags(page.tags));
  if (page.note) {
    KL_ASSIGN(checked.note, check_note(*page.note));
  }
  return checked;
}

Result<capture::Part> check_part(capture::Part part) {
  const std::string name = part_name(part.n);
  if (part.n >= kLimits.parts) {
    return fail(
        ErrorCode::too_large,
        "A capture can have " + std::to_string(kLimits.parts) + " parts (limit: parts); " + name + " came.",
        "The parts before are kept.");
  }
  if (part.parent.has_value() == (part.n == 0)) {
    return fail(bad(part.n == 0 ? "Part 0 is the page itself and has no parent."
                                : "There is no parent for " + name + "."));
  }
  if (part.parent && *part.parent == part.n) return fail(bad("The parent of " + name + " is itself."));
  if (part.role.empty() || part.role.size() > kLongestName)
    return fail(bad("The role of " + name + " is missing or too long."));
  if (part.status.empty() || part.status.size() > kLongestName)
    return fail(bad("The status of " + name + " is missing or too long."));
  if ((part.status == "ok") != part.object.has_value())
    return fail(bad("The status of " + name + " is ok exactly when it names an object; here it is " +
                    part.status + "."));
  if (part.url.size() > kLimits.url) return fail(too_long("The URL of " + name, "url", kLimits.url));
  if (part.media_type.size() > kLimits.title) return fail(bad("The media type of " + name + " is too long."));
  part.url = to_valid_utf8(without_userinfo(part.url));
  part.media_type = to_valid_utf8(part.media_type);
  part.role = to_valid_utf8(part.role);
  part.status = to_valid_utf8(part.status);
  return part;
}

Status check_parts(const std::map<std::uint32_t, capture::Part>& parts, std::uint32_t part_count) {
  if (part_count == 0) return fail(bad("A capture has at least part 0, the page itself."));
  if (parts.size() != part_count) {
    return fail(ErrorCode::bad_request,
                "The capture is said to have " + std::to_string(part_count) + " parts, but " +
                    std::to_string(parts.size()) + " were described.",
                "What arrived is kept.", "Describe all parts, then commit again.");
  }
  // The map is in order: as many as there should be, and the last one is the last.
  if (parts.rbegin()->first != part_count - 1)
    return fail(bad("The parts are not numbered from 0 without gaps."));
  for (const auto& [n, part] : parts) {
    if (part.parent && !parts.contains(*part.parent))
      return fail(bad("The parent of " + part_name(n) + " is not part of the capture."));
  }
  return {};
}

}  // namespace keepleaf::library
