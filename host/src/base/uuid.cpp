#include "base/uuid.h"

#include <openssl/rand.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "base/hex.h"

namespace keepleaf {
namespace {

constexpr std::array<std::size_t, 4> kDashes = {8, 13, 18, 23};

void set_version(Uuid& uuid, std::uint8_t version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | (std::uint32_t{version} << 4));
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);
}

}  // namespace

std::string Uuid::str() const {
  std::string text = to_hex(bytes);
  for (std::size_t dash : kDashes) text.insert(dash, 1, '-');
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string digits(text);
  for (auto dash = kDashes.rbegin(); dash != kDashes.rend(); ++dash) {
    if (digits[*dash] != '-') return std::nullopt;
    digits.erase(*dash, 1);
  }
  Uuid uuid;
  if (!from_hex(digits, uuid.bytes)) return std::nullopt;
  return uuid;
}

std::optional<Uuid> Uuid::from_bytes(BytesView bytes) {
  Uuid uuid;
  if (bytes.size() != uuid.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
  return uuid;
}

Uuid Uuid::v7(std::int64_t unix_ms) {
  // RFC 9562 section 6.2, method 3: the 12 bits behind the time count up within a millisecond.
  static std::mutex mutex;
  static std::int64_t last_ms = -1;
  static std::uint16_t counter = 0;

  Uuid uuid;
  if (RAND_bytes(uuid.bytes.data(), static_cast<int>(uuid.bytes.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  {
    const std::lock_guard lock(mutex);
    if (unix_ms > last_ms) {
      last_ms = unix_ms;
      counter = static_cast<std::uint16_t>(((std::uint32_t{uuid.bytes[6]} << 8) | uuid.bytes[7]) & 0x07FFU);
    } else if (++counter > 0x0FFFU) {
      counter = 0;
      ++last_ms;
    }
    for (std::size_t i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(last_ms >> (40 - 8 * i));
    uuid.bytes[6] = static_cast<std::uint8_t>(counter >> 8);
    uuid.bytes[7] = static_cast<std::uint8_t>(counter);
  }
  set_version(uuid, 7);
  return uuid;
}

Uuid Uuid::v8(const Sha256Digest& digest) {
  Uuid uuid;
  std::copy_n(digest.bytes.begin(), uuid.bytes.size(), uuid.bytes.begin());
  set_version(uuid, 8);
  return uuid;
}

}  // namespace keepleaf
