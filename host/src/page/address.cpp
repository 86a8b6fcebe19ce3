#include "page/address.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "page/chars.h"
#include "url/url.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array kHierarchical = {"http"sv, "https"sv, "ftp"sv, "file"sv};
constexpr std::array kLinkable = {"http"sv,   "https"sv,  "ftp"sv,  "mailto"sv, "tel"sv,  "sms"sv,
                                  "geo"sv,    "magnet"sv, "news"sv, "irc"sv,    "ircs"sv, "xmpp"sv,
                                  "webcal"sv, "matrix"sv, "urn"sv,  "doi"sv};
constexpr std::string_view kPart = "keepleaf-part:";

bool is_control_or_space(char c) { return static_cast<unsigned char>(c) <= 0x20; }

}  // namespace

std::string cleaned_reference(std::string_view reference) {
  while (!reference.empty() && is_control_or_space(reference.front())) reference.remove_prefix(1);
  while (!reference.empty() && is_control_or_space(reference.back())) reference.remove_suffix(1);
  std::string out(reference);
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

std::string scheme_of(std::string_view reference) {
  const std::string url = cleaned_reference(std::string(reference.substr(0, 256)));
  if (url.empty() || !is_alpha(url[0])) return {};
  for (std::size_t i = 1; i < url.size(); ++i) {
    if (url[i] == ':') return lower(std::string_view(url).substr(0, i));
    if (!is_alpha(url[i]) && !is_digit(url[i]) && url[i] != '+' && url[i] != '-' && url[i] != '.') return {};
  }
  return {};
}

std::string absolute(std::string_view base, std::string_view reference) {
  std::string url = cleaned_reference(reference);
  const std::string scheme = scheme_of(url);
  if (!scheme.empty() && !contains(kHierarchical, scheme)) return url;
  auto resolved = url::resolve(base, url);
  return resolved ? *std::move(resolved) : std::string();
}

Split split_fragment(std::string_view url) {
  const std::size_t at = url.find('#');
  if (at == std::string_view::npos) return {url, {}};
  return {url.substr(0, at), url.substr(at)};
}

bool may_be_linked(std::string_view absolute_url) { return contains(kLinkable, scheme_of(absolute_url)); }
bool is_fetchable(std::string_view absolute_url) { return contains(kHierarchical, scheme_of(absolute_url)); }

std::optional<std::uint32_t> part_number(std::string_view reference) {
  const std::string url = cleaned_reference(reference);
  if (!url.starts_with(kPart)) return std::nullopt;
  const std::string_view digits = split_fragment(std::string_view(url).substr(kPart.size())).address;
  std::uint32_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return n;
}

}  // namespace keepleaf::page
