// UUIDs (RFC 9562): version 7 for what is made once, version 8 from a SHA-256 for what two devices must name
// alike.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/digest.h"

namespace keepleaf {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;
  BytesView view() const { return bytes; }
  // 36 characters, lower case.
  std::string str() const;

  // The 36-character lower-case form of any version, or nothing. Safe to use in a file name afterwards.
  static std::optional<Uuid> parse(std::string_view text);
  static std::optional<Uuid> from_bytes(BytesView bytes);

  // Version 7: 48 bits of `unix_ms`, 74 random bits. Ids made by one process within one millisecond still
  // ascend.
  static Uuid v7(std::int64_t unix_ms);
  // Version 8: the first 16 bytes of the digest with version and variant set.
  static Uuid v8(const Sha256Digest& digest);
};

}  // namespace keepleaf

template <>
struct std::hash<keepleaf::Uuid> {
  std::size_t operator()(const keepleaf::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = (value << 8) | uuid.bytes[15 - i];
    return value;
  }
};
