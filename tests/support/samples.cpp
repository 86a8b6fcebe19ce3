#include "support/samples.h"

#include <random>
#include <string>

namespace keepleaf::test {

Bytes noise(std::size_t size, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() & 0xFFU);
  return bytes;
}

Bytes prose(std::size_t size, std::uint32_t seed) {
  static const char* const kWords[] = {"<p>",   "the ", "page ",  "leaf ",
                                       "kept ", "of ",  "</p>\n", "class=\"note\" "};
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) text += kWords[random() % 8] + std::to_string(random() % 1000);
  text.resize(size);
  return bytes_of(text);
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace keepleaf::test
