// zstd (RFC 8878) as the store uses it: level 3, a checksum in every frame, one or more frames one after
// another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace keepleaf::store {

// Raw bytes in one frame at most. Equal to level 3's window, so that longer frames would gain little, while
// frames of this size need neither a large buffer nor a long repetition after a crash.
inline constexpr std::size_t kFrameBytes = 2U << 20;

// Makes frames. Not to be shared between threads; about 3 MiB while it lives.
class Compressor {
 public:
  Compressor();
  // `raw` as one frame, its size in the header. Valid until the next call.
  BytesView frame(BytesView raw);

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
  Bytes out_;
};

// Reads frames one after another.
class Decompressor {
 public:
  using Take = std::function<Status(BytesView raw)>;

  Decompressor();
  // Forgets what went before; `prefix` (may be empty) is what the first frame refers to and must outlive the
  // reading.
  Status begin(BytesView prefix = {});
  // Feeds a piece of the stored bytes and hands what becomes readable to `take`.
  Status feed(BytesView stored, const Take& take);
  // Whether the bytes fed so far end exactly at the end of a frame.
  bool at_frame_end() const { return at_frame_end_; }

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
  Bytes out_;
  bool at_frame_end_ = true;
};

// The whole of `stored`, which must hold exactly `size` raw bytes. Errors: corrupt.
Result<Bytes> decompress(BytesView stored, std::uint64_t size, BytesView prefix = {});

// What a frame at the beginning of `bytes` is: its stored and raw size; nothing when it is cut off or not a
// frame of ours (more than kFrameBytes, no size in the header).
struct FrameSize {
  std::size_t stored = 0;
  std::size_t raw = 0;
};
std::optional<FrameSize> frame_size(BytesView bytes);

// The most bytes that a frame of kFrameBytes can take.
std::size_t max_stored_frame();

}  // namespace keepleaf::store
