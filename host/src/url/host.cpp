#include "url/host.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/unicode.h"
#include "url/escape.h"
#include "url/parse.h"

namespace keepleaf::url {
namespace {

constexpr std::size_t kMaxHost = 253;  // RFC 1035 section 2.3.4, without the length bytes
constexpr std::size_t kMaxLabel = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Result<std::string> idna_ascii(const std::string& name) {
  if (!is_valid_utf8(name) || name.find('\0') != std::string::npos)
    return fail(ErrorCode::bad_request, "The URL's host is not text.");
  char* ascii = nullptr;
  // Names that IDNA 2008 no longer allows (emoji) are still registered: fall back as browsers and curl do.
  int outcome = idn2_to_ascii_8z(name.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (outcome != IDN2_OK)
    outcome = idn2_to_ascii_8z(name.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_TRANSITIONAL);
  if (outcome != IDN2_OK)
    return fail(ErrorCode::bad_request, std::string("The URL's host is no international domain name: ") +
                                            idn2_strerror(outcome) + ".");
  const std::unique_ptr<char, decltype(&idn2_free)> owner(ascii, [](void* pointer) { idn2_free(pointer); });
  return std::string(ascii);
}

// One number of an IPv4 address: 0x hexadecimal, leading 0 octal, else decimal. Nothing when it is none.
std::optional<std::uint64_t> ipv4_number(std::string_view part) {
  if (part.empty()) return std::nullopt;
  std::uint64_t base = 10;
  if (part.size() >= 2 && part[0] == '0' && part[1] == 'x') {
    base = 16;
    part.remove_prefix(2);
  } else if (part.size() >= 2 && part[0] == '0') {
    base = 8;
    part.remove_prefix(1);
  }
  std::uint64_t value = 0;
  for (char c : part) {
    std::uint64_t digit = 16;
    if (is_digit(c)) digit = static_cast<std::uint64_t>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<std::uint64_t>(c - 'a') + 10;
    if (digit >= base) return std::nullopt;
    value = std::min<std::uint64_t>(value * base + digit, 1ULL << 40);
  }
  return value;
}

// URL Standard, "ends in a number checker": such a host is an IPv4 address or nothing.
bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return false;
  return std::all_of(last.begin(), last.end(), is_digit) ||
         (last.starts_with("0x") && ipv4_number(last).has_value());
}

Result<std::string> normalise_ipv4(std::string_view host) {
  const auto refuse = [] {
    return fail(ErrorCode::bad_request, "The URL's host ends in a number but is no IPv4 address.");
  };
  if (host.ends_with('.')) host.remove_suffix(1);
  std::array<std::uint64_t, 4> numbers{};
  std::size_t count = 0;
  for (;;) {
    const std::size_t dot = host.find('.');
    const auto number = ipv4_number(host.substr(0, dot));
    if (!number || count == numbers.size()) return refuse();
    numbers[count++] = *number;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  std::uint64_t address = 0;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (numbers[i] > 255) return refuse();
    address |= numbers[i] << (24 - 8 * i);
  }
  if (numbers[count - 1] >= 1ULL << (8 * (5 - count))) return refuse();
  address |= numbers[count - 1];
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string((address >> shift) & 0xFFU);
    if (shift != 0) out += '.';
  }
  return out;
}

Result<std::string> normalise_ipv6(std::string_view inner) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(inner).c_str(), bytes.data()) != 1 ||
      inner.find('\0') != std::string_view::npos)
    return fail(ErrorCode::bad_request, "The URL's host in brackets is no IPv6 address.");
  std::array<std::uint32_t, 8> words{};
  for (std::size_t i = 0; i < 8; ++i)
    words[i] = static_cast<std::uint32_t>((bytes[2 * i] << 8) | bytes[2 * i + 1]);

  // RFC 5952: the first longest run of at least two zero words becomes "::".
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && words[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "[";
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_length - 1;
      continue;
    }
    bool leading = true;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const std::uint32_t digit = (words[i] >> shift) & 0xFU;
      leading = leading && digit == 0 && shift != 0;
      if (!leading) out += kDigits[digit];
    }
    if (i != 7) out += ':';
  }
  return out + "]";
}

bool has_valid_labels(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > kMaxHost) return false;
  for (;;) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > kMaxLabel) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<std::string> normalise_host(std::string_view raw) {
  if (raw.empty()) return fail(ErrorCode::bad_request, "The URL names no host.");
  if (raw.front() == '[') {
    if (raw.size() < 2 || raw.back() != ']')
      return fail(ErrorCode::bad_request, "The URL's host begins with a bracket that is not closed.");
    return normalise_ipv6(raw.substr(1, raw.size() - 2));
  }
  std::string host = raw.find('%') == std::string_view::npos ? std::string(raw) : percent_decode(raw);
  if (!is_ascii(host)) {
    KL_ASSIGN(host, idna_ascii(host));
  }
  host = lower_ascii(host);
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
  });
  if (!plain)
    return fail(ErrorCode::bad_request, "The URL's host holds a character that no host name may hold.");
  if (!has_valid_labels(host))
    return fail(ErrorCode::bad_request,
                "The URL's host has an empty or over-long label, or is over 253 characters.");
  if (ends_in_number(host)) return normalise_ipv4(host);
  return host;
}

bool is_ip_address(std::string_view host) { return host.starts_with('[') || ends_in_number(host); }

}  // namespace keepleaf::url
