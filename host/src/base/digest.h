// SHA-256 (FIPS 180-4, by OpenSSL) names objects; CRC-32C (RFC 3720 appendix B.4) guards chunks on the wire.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf {

struct Sha256Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Sha256Digest&) const = default;
  BytesView view() const { return bytes; }
  std::string hex() const;  // 64 lower-case digits

  // Exactly 64 lower-case hexadecimal digits, or nothing.
  static std::optional<Sha256Digest> from_hex(std::string_view hex);
  // Exactly 32 bytes, or nothing.
  static std::optional<Sha256Digest> from_bytes(BytesView bytes);
};

// An incremental SHA-256. Not to be shared between threads.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(BytesView bytes);
  Sha256& update(std::string_view text) { return update(as_bytes(text)); }
  // Ends the computation; the object must not be updated afterwards.
  Sha256Digest finish();

 private:
  struct Deleter {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Deleter> context_;
};

Sha256Digest sha256(BytesView bytes);

// CRC-32C of `bytes`, continuing from `previous` (0 to begin).
std::uint32_t crc32c(BytesView bytes, std::uint32_t previous = 0);

}  // namespace keepleaf

template <>
struct std::hash<keepleaf::Sha256Digest> {
  std::size_t operator()(const keepleaf::Sha256Digest& digest) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = (value << 8) | digest.bytes[i];
    return value;  // the digest is already uniformly distributed
  }
};
