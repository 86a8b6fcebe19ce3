// Frames: four bytes of length in the machine's order, then as many bytes of UTF-8 JSON (docs/protocol.md,
// "Frames").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/limits.h"
#include "wire/stream.h"

namespace keepleaf::wire {

inline constexpr std::uint32_t kStreamLost = 64U << 20;  // no browser sends a longer frame

enum class FrameKind : unsigned char {
  message,    // text and length are set
  too_large,  // longer than the limit: read and dropped; length is set
  end,        // of input, between frames or inside one
  lost,       // a length over kStreamLost: nothing behind it can be understood; length is set
};
struct Frame {
  FrameKind kind = FrameKind::end;
  char* text = nullptr;  // valid until the next call, may be written to, with the padding behind it
  std::size_t length = 0;
};

class FrameReader {
 public:
  // `padding`: bytes that are readable behind every frame's text (protocol::Decoder::padding()).
  FrameReader(ByteSource& source, std::size_t padding, std::size_t limit = protocol::kLimits.frame_in)
      : source_(source), padding_(padding), limit_(limit) {}

  // The next frame that is not empty. Errors: io.
  Result<Frame> next();

 private:
  // Fills `into`; false when the input ends first.
  Result<bool> read_all(std::span<char> into);
  Result<bool> discard(std::size_t length);

  ByteSource& source_;
  std::size_t padding_;
  std::size_t limit_;
  std::vector<char> buffer_;
};

class FrameWriter {
 public:
  explicit FrameWriter(ByteSink& sink) : sink_(sink) {}
  // Errors: internal (longer than limits.reply: refused, because the browser would close the port),
  // cancelled, io.
  Status write(std::string_view text);

 private:
  ByteSink& sink_;
};

}  // namespace keepleaf::wire
