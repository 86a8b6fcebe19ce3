// The port of this process as a ByteSource and a ByteSink.
#pragma once

#include "base/os/port.h"
#include "wire/stream.h"

namespace keepleaf::wire {

class PortTransport final : public ByteSource, public ByteSink {
 public:
  explicit PortTransport(os::Port port) : port_(std::move(port)) {}
  Result<std::size_t> read(std::span<char> into) override { return port_.read(into); }
  void interrupt() override { port_.interrupt(); }
  Status write(BytesView head, BytesView body) override { return port_.write(head, body); }

 private:
  os::Port port_;
};

}  // namespace keepleaf::wire
