#include "library/tag_path.h"

#include <algorithm>

#include "base/unicode.h"
#include "library/limits.h"

namespace keepleaf::library {
namespace {

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = 0;
  const CodePoints points(text);
  for (auto at = points.begin(); at != points.end(); ++at) {
    if (is_white_space((*at).value)) continue;
    begin = std::min(begin, at.offset());
    end = at.offset() + (*at).size;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

Error refused(const std::string& why) {
  return Error{ErrorCode::bad_request, "A tag " + why + ".", "Nothing was changed.",
               "A tag is a path such as work/db/postgres."};
}

}  // namespace

Result<TagPath> parse_tag_path(std::string_view text) {
  if (text.size() > 4 * kLimits.tag) {  // far over the limit whatever trimming takes away
    return fail(ErrorCode::too_large,
                "A tag is longer than " + std::to_string(kLimits.tag) + " bytes (limit: tag).");
  }
  if (!is_valid_utf8(text)) return fail(refused("is not UTF-8"));
  for (const CodePoint point : CodePoints(text))
    if (is_control(point.value)) return fail(refused("holds a control character"));

  TagPath tag;
  std::size_t levels = 0;
  const std::string normal = nfc(text);
  for (std::string_view rest = normal;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view level = trimmed(rest.substr(0, slash));
    if (level.empty()) return fail(refused("has an empty level"));
    if (levels++ > 0) tag.path += '/';
    tag.path += level;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (tag.path.size() > kLimits.tag) {
    return fail(ErrorCode::too_large,
                "A tag is longer than " + std::to_string(kLimits.tag) + " bytes (limit: tag).",
                "Nothing was changed.");
  }
  if (levels > kLimits.tag_depth) {
    return fail(ErrorCode::too_large,
                "A tag has more than " + std::to_string(kLimits.tag_depth) + " levels (limit: tag_depth).",
                "Nothing was changed.");
  }
  tag.folded = fold(tag.path);
  return tag;
}

bool is_within(std::string_view folded, std::string_view ancestor) {
  return folded == ancestor ||
         (folded.size() > ancestor.size() && folded.starts_with(ancestor) && folded[ancestor.size()] == '/');
}

std::string with_head_replaced(std::string_view path, std::string_view old_head, std::string_view new_head) {
  // By levels and not by bytes: the head may be spelled in other case, which may take another number of
  // bytes.
  auto levels = std::count(old_head.begin(), old_head.end(), '/') + 1;
  std::size_t at = 0;
  while (levels-- > 0 && at != std::string_view::npos) at = path.find('/', at == 0 ? 0 : at + 1);
  std::string result(new_head);
  if (at != std::string_view::npos) result += path.substr(at);
  return result;
}

std::string_view last_level(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace keepleaf::library
