// A port that is fed with any bytes in any portions: it ends, it writes nothing but whole frames within the
// limit, and what it staged is what its sink was given. The first byte is the size of the portions.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "wire/serve.h"

namespace {

using namespace keepleaf;

class Input final : public wire::ByteSource {
 public:
  Input(const std::uint8_t* data, std::size_t size, std::size_t portion)
      : data_(data), size_(size), portion_(portion) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), size_, portion_});
    std::memcpy(into.data(), data_, count);
    data_ += count;
    size_ -= count;
    return count;
  }
  void interrupt() override {}

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t portion_;
};

class Output final : public wire::ByteSink {
 public:
  Status write(BytesView head, BytesView body) override {
    std::uint32_t length = 0;
    if (head.size() != sizeof length) std::abort();
    std::memcpy(&length, head.data(), sizeof length);
    if (length != body.size() || length > protocol::kLimits.reply) std::abort();
    return {};
  }
};

// Opens nothing: every capture is refused, every other request answered.
class Closed final : public protocol::Handler {
 public:
  Result<protocol::ResponseBody> handle(const protocol::RequestBody& body) override {
    if (std::holds_alternative<protocol::Hello>(body)) return protocol::HelloReply{};
    return protocol::Pong{};
  }
  Result<capture::CaptureSink*> captures() override { return fail(ErrorCode::io, "no library here"); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Input input(data + 1, size - 1, std::size_t{data[0]} + 1);
  Output output;
  wire::ServeOptions options;
  options.make_handler = [] { return std::make_unique<Closed>(); };
  const int code = wire::serve(input, output, std::move(options));
  if (code != wire::kExitDone && code != wire::kExitStreamLost) std::abort();
  return 0;
}
