// Byte streams under the frames. Interfaces, so that tests can hand over one byte at a time, tear and block.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace keepleaf::wire {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Waits for and reads at least one byte; 0 at the end of input or after interrupt(). Errors: io.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
  // From any thread, any number of times: every read from now on answers 0.
  virtual void interrupt() = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Writes both, one behind the other, wholly. Errors: cancelled (the other side is gone), io.
  virtual Status write(BytesView head, BytesView body) = 0;
};

}  // namespace keepleaf::wire
