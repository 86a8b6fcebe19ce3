// Whatever bytes arrive, the decoder answers a request or a failure with words, and reads nothing beyond the
// padding. What it accepts it must accept again, field for field the same type.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "protocol/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keepleaf::protocol;
  static Decoder decoder;
  std::vector<char> buffer(data, data + size);
  buffer.resize(size + Decoder::padding());
  const auto first = decoder.decode(buffer.data(), size);
  if (!first) {
    if (first.error().error.message.empty() || first.error().type.size() > 64) std::abort();
    return 0;
  }
  buffer.assign(data, data + size);
  buffer.resize(size + Decoder::padding());
  const auto second = decoder.decode(buffer.data(), size);
  if (!second || second->id != first->id || second->body.index() != first->body.index()) std::abort();
  return 0;
}
