#include "wire/frame.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace keepleaf::wire {
namespace {

constexpr std::size_t kUsualBuffer = 1U << 20;  // what one exceptional frame took beyond this is given back

}  // namespace

Result<Frame> FrameReader::next() {
  while (true) {
    std::array<char, 4> head{};
    KL_ASSIGN(const bool has_head, read_all(head));
    if (!has_head) return Frame{};
    std::uint32_t length = 0;
    std::memcpy(&length, head.data(), head.size());
    if (length == 0) continue;  // Firefox sends this for postMessage(undefined)
    if (length > kStreamLost) return Frame{FrameKind::lost, nullptr, length};
    if (length > limit_) {
      KL_ASSIGN(const bool whole, discard(length));
      return whole ? Frame{FrameKind::too_large, nullptr, length} : Frame{};
    }
    const std::size_t needed = length + padding_;
    if (buffer_.capacity() > kUsualBuffer && needed <= kUsualBuffer) std::vector<char>().swap(buffer_);
    if (buffer_.size() < needed) buffer_.resize(needed);
    KL_ASSIGN(const bool whole, read_all(std::span(buffer_.data(), length)));
    if (!whole) return Frame{};
    return Frame{FrameKind::message, buffer_.data(), length};
  }
}

Result<bool> FrameReader::read_all(std::span<char> into) {
  while (!into.empty()) {
    KL_ASSIGN(const std::size_t count, source_.read(into));
    if (count == 0) return false;
    into = into.subspan(count);
  }
  return true;
}

Result<bool> FrameReader::discard(std::size_t length) {
  constexpr std::size_t kPiece = 64U << 10;
  if (buffer_.size() < kPiece) buffer_.resize(kPiece);
  while (length > 0) {
    KL_ASSIGN(const std::size_t count, source_.read(std::span(buffer_.data(), std::min(length, kPiece))));
    if (count == 0) return false;
    length -= count;
  }
  return true;
}

Status FrameWriter::write(std::string_view text) {
  if (text.size() > protocol::kLimits.reply)
    return fail(ErrorCode::internal, "a frame of " + std::to_string(text.size()) +
                                         " bytes was not sent, limits.reply is " +
                                         std::to_string(protocol::kLimits.reply));
  const auto length = static_cast<std::uint32_t>(text.size());
  std::array<std::uint8_t, 4> head{};
  std::memcpy(head.data(), &length, head.size());
  return sink_.write(head, as_bytes(text));
}

}  // namespace keepleaf::wire
