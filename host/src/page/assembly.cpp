#include "page/assembly.h"

#include "page/chars.h"
#include "page/data_url.h"
#include "page/encoding.h"

namespace keepleaf::page {
namespace {

std::string escaped_fragment(std::string_view fragment) {
  std::string out;
  for (const char c : fragment) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '\'' ||
        c == '`') {
      append_percent_encoded(out, byte);
    } else {
      out += c;
    }
  }
  return out;
}

// A quiet grey box where an image was left out for its size.
constexpr std::string_view kPlaceholder =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 9'%3E%3Cpath fill='%23888' "
    "fill-opacity='.2' d='M0 0h16v9H0z'/%3E%3C/svg%3E";

}  // namespace

bool Assembly::take(std::uint64_t bytes) {
  const std::uint64_t limit = purpose_ == Purpose::replay ? kReplayTotal : kDownloadTotal;
  if (bytes > limit - taken_) {
    if (purpose_ == Purpose::download && !failure_) {
      failure_ =
          Error{ErrorCode::too_large, "as one file the page would be larger than 512 MiB",
                "the snapshot is whole", "export it in a format that keeps resources as files of their own"};
    }
    return false;
  }
  taken_ += bytes;
  return true;
}

std::optional<Bytes> Assembly::read(const PartRecord& part) {
  if (failure_ || !part.object) return std::nullopt;
  auto bytes = source_.read(*part.object);
  if (bytes) return *std::move(bytes);
  const ErrorCode code = bytes.error().code;
  if (code != ErrorCode::corrupt && code != ErrorCode::not_found) failure_ = std::move(bytes).error();
  return std::nullopt;
}

const SpriteSheet* Assembly::sprites(const PartRecord& part) {
  if (const auto known = sprites_.find(part.n); known != sprites_.end()) return &known->second;
  if (part.size > kReplayResource || !take(part.size)) return nullptr;
  const std::optional<Bytes> bytes = read(part);
  if (!bytes) return nullptr;
  return &sprites_.emplace(part.n, SpriteSheet(decode_stored(*bytes, part.media_type))).first->second;
}

Resource Assembly::inlined(const PartRecord& part, Use use, std::string_view fragment) {
  Resource left_out;
  left_out.held = part.n;
  if (use == Use::image) left_out.address = kPlaceholder;
  const std::uint64_t encoded = part.size / 3 * 4;
  if (purpose_ == Purpose::replay && part.size > kReplayResource) return left_out;
  const std::string key = std::to_string(part.n) + ' ' + std::to_string(static_cast<int>(use));
  if (const auto cached = cache_.find(key); cached != cache_.end()) {
    if (!take(cached->second.size())) return left_out;
    return {cached->second + escaped_fragment(fragment)};
  }
  if (!take(encoded)) return left_out;
  const std::optional<Bytes> bytes = read(part);
  if (!bytes) return {};
  std::string address = write_data_url(data_type(part.media_type, *bytes, use), *bytes);
  if (address.size() <= kCachedResource && cached_ + address.size() <= kCachedTotal) {
    cached_ += address.size();
    cache_.emplace(key, address);
  }
  return {address + escaped_fragment(fragment)};
}

}  // namespace keepleaf::page
