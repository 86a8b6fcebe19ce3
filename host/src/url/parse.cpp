#include "url/parse.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "url/escape.h"
#include "url/host.h"

namespace keepleaf::url {
namespace {

struct Special {
  std::string_view scheme;
  std::string_view port;
};
constexpr std::array<Special, 6> kSpecial = {
    {{"http", "80"}, {"https", "443"}, {"file", ""}, {"ws", "80"}, {"wss", "443"}, {"ftp", "21"}}};

const Special* find_special(std::string_view scheme) {
  const auto* found =
      std::find_if(kSpecial.begin(), kSpecial.end(), [&](const Special& s) { return s.scheme == scheme; });
  return found == kSpecial.end() ? nullptr : found;
}

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_slash(char c, bool special) { return c == '/' || (special && c == '\\'); }
bool is_slash_at(std::string_view text, std::size_t at, bool special) {
  return at < text.size() && is_slash(text[at], special);
}

std::string_view without_slashes(std::string_view text) {
  while (!text.empty() && is_slash(text.front(), true)) text.remove_prefix(1);
  return text;
}

// "." and ".." may also be written with %2e.
std::size_t dots(std::string_view segment) {
  std::size_t count = 0;
  while (!segment.empty()) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && segment[0] == '%' && segment[1] == '2' &&
               (segment[2] == 'e' || segment[2] == 'E')) {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    if (++count > 2) return 0;
  }
  return count;
}

// Appends `path` (it begins with a slash), dot segments resolved, to an empty string.
std::string normalise_path(std::string_view path, bool special) {
  std::string out;
  out.reserve(path.size());
  std::size_t at = 1;
  for (;;) {
    std::size_t end = at;
    while (end < path.size() && !is_slash(path[end], special)) ++end;
    const bool last = end >= path.size();
    const std::string_view segment = path.substr(at, end - at);
    const std::size_t dot_count = dots(segment);
    if (dot_count == 2 && !out.empty()) out.resize(out.rfind('/'));
    if (dot_count == 0) {
      out += '/';
      append_encoded(out, segment, Component::path);
    } else if (last) {
      out += '/';
    }
    if (last) return out;
    at = end + 1;
  }
}

struct Tail {
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};
Tail split_tail(std::string_view text) {
  Tail tail;
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    tail.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
    tail.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  tail.path = text;
  return tail;
}

std::optional<std::string> encoded(std::optional<std::string_view> text, Component component) {
  if (!text) return std::nullopt;
  std::string out;
  out.reserve(text->size());
  append_encoded(out, *text, component);
  return out;
}

Status set_port(Parts& parts, std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (digits.empty()) return {};
  std::uint32_t value = 0;
  for (char c : digits) {
    if (is_digit(c)) value = value * 10 + static_cast<std::uint32_t>(c - '0');
    if (!is_digit(c) || value > 65535)
      return fail(ErrorCode::bad_request, "The URL's port is no number up to 65535.");
  }
  const Special* special = find_special(parts.scheme);
  if (special == nullptr || special->port != digits) parts.port = digits;
  return {};
}

Status set_authority(Parts& parts, std::string_view authority) {
  parts.has_authority = true;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  std::string_view host = authority;
  std::string_view port;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (!is_special(parts.scheme)) {
    parts.host = host;
    return set_port(parts, port);
  }
  if (parts.scheme == "file") {
    if (colon != std::string_view::npos) return fail(ErrorCode::bad_request, "A file URL has no port.");
    if (host.empty()) return {};
    KL_ASSIGN(parts.host, normalise_host(host));
    if (parts.host == "localhost") parts.host.clear();
    return {};
  }
  KL_ASSIGN(parts.host, normalise_host(host));
  return set_port(parts, port);
}

void set_tail(Parts& parts, std::string_view text) {
  const bool special = is_special(parts.scheme);
  const Tail tail = split_tail(text);
  if (tail.path.empty()) {
    parts.path = special ? "/" : "";
  } else if (is_slash(tail.path.front(), special)) {
    parts.path = normalise_path(tail.path, special);
  } else {
    parts.path = normalise_path("/" + std::string(tail.path), special);
  }
  parts.query = encoded(tail.query, Component::query);
  parts.fragment = encoded(tail.fragment, Component::fragment);
}

// `text` behind the slashes: authority and the rest.
Result<Parts> parse_authority_and_tail(std::string scheme, std::string_view text) {
  Parts parts;
  parts.scheme = std::move(scheme);
  const std::size_t end =
      std::min(text.find_first_of(is_special(parts.scheme) ? "/\\?#" : "/?#"), text.size());
  KL_TRY(set_authority(parts, text.substr(0, end)));
  set_tail(parts, text.substr(end));
  return parts;
}

Result<Parts> parse_relative(std::string_view text, const Parts& base) {
  const bool special = is_special(base.scheme);
  if (base.opaque) {
    if (text.empty() || text.front() != '#')
      return fail(ErrorCode::bad_request, "A " + base.scheme + ": URL is no base for a relative reference.");
    Parts parts = base;
    parts.fragment = encoded(text.substr(1), Component::fragment);
    return parts;
  }
  if (is_slash_at(text, 0, special) && is_slash_at(text, 1, special)) {
    text.remove_prefix(2);
    return parse_authority_and_tail(base.scheme,
                                    special && base.scheme != "file" ? without_slashes(text) : text);
  }
  Parts parts;
  parts.scheme = base.scheme;
  parts.has_authority = base.has_authority;
  parts.host = base.host;
  parts.port = base.port;
  const Tail tail = split_tail(text);
  if (tail.path.empty()) {
    parts.path = base.path;
    parts.query = tail.query ? encoded(tail.query, Component::query) : base.query;
  } else if (is_slash(tail.path.front(), special)) {
    parts.path = normalise_path(tail.path, special);
    parts.query = encoded(tail.query, Component::query);
  } else {
    const std::string folder = base.path.empty() ? "/" : base.path.substr(0, base.path.rfind('/') + 1);
    parts.path = normalise_path(folder + std::string(tail.path), special);
    parts.query = encoded(tail.query, Component::query);
  }
  parts.fragment = encoded(tail.fragment, Component::fragment);
  return parts;
}

}  // namespace

bool is_special(std::string_view scheme) { return find_special(scheme) != nullptr; }

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string cleaned(std::string_view text) {
  const auto outer = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && outer(text.front())) text.remove_prefix(1);
  while (!text.empty() && outer(text.back())) text.remove_suffix(1);
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

std::string_view scheme_of(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return {};
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return text.substr(0, i);
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {};
  }
  return {};
}

Range authority_of(std::string_view url) {
  const std::size_t colon = scheme_of(url).size() + 1;
  const std::string_view rest = url.substr(std::min(colon, url.size()));
  const std::string_view authority = without_slashes(rest);
  Range range;
  range.begin = url.size() - authority.size();
  range.end = range.begin + std::min(authority.find_first_of("/\\?#"), authority.size());
  return range;
}

Result<Parts> parse(std::string_view text, const Parts* base) {
  const std::string_view written = scheme_of(text);
  if (written.empty()) {
    if (base == nullptr)
      return fail(ErrorCode::bad_request, "The URL has no scheme.", {},
                  "Write it in full, beginning with https://.");
    return parse_relative(text, *base);
  }
  std::string scheme = lower_ascii(written);
  const std::string_view rest = text.substr(written.size() + 1);
  const bool special = is_special(scheme);
  const bool slashes = is_slash_at(rest, 0, special) && is_slash_at(rest, 1, special);

  if (!special && !slashes) {
    Parts parts;
    parts.scheme = std::move(scheme);
    parts.opaque = true;
    const std::size_t hash = rest.find('#');
    parts.path = rest.substr(0, hash);
    if (hash != std::string_view::npos) parts.fragment = rest.substr(hash + 1);
    return parts;
  }
  // "https:page" is relative when the base has that scheme too.
  if (special && !slashes && base != nullptr && base->scheme == scheme) return parse_relative(rest, *base);
  if (scheme == "file") {
    if (slashes) return parse_authority_and_tail(std::move(scheme), rest.substr(2));
    Parts parts;
    parts.scheme = std::move(scheme);
    parts.has_authority = true;
    set_tail(parts, rest);
    return parts;
  }
  return parse_authority_and_tail(std::move(scheme), special ? without_slashes(rest) : rest.substr(2));
}

std::string Parts::str() const {
  std::string out;
  out.reserve(scheme.size() + host.size() + path.size() + (query ? query->size() : 0) + 16);
  out += scheme;
  out += ':';
  if (has_authority) {
    out += "//";
    out += host;
    if (!port.empty()) {
      out += ':';
      out += port;
    }
  }
  out += path;
  if (query) {
    out += '?';
    out += *query;
  }
  if (fragment) {
    out += '#';
    out += *fragment;
  }
  return out;
}

}  // namespace keepleaf::url
