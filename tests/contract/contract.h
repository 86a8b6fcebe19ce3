// What the contract's tests share: the files beside this one, and a decoder that is fed with text.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocol/codec.h"

namespace keepleaf::test {

using Json = nlohmann::ordered_json;

inline std::filesystem::path contract_folder() {
  return std::filesystem::path(KEEPLEAF_TESTS_DIR) / "contract";
}

inline Json read_json(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return Json::parse(file);
}

inline const Json& schema() {
  static const Json json = read_json(contract_folder() / "schema.json");
  return json;
}

struct Vector {
  std::string name;
  Json json;
};
inline std::vector<Vector> vectors(const std::string& folder) {
  std::vector<Vector> all;
  for (const auto& entry : std::filesystem::directory_iterator(contract_folder() / "vectors" / folder))
    if (entry.path().extension() == ".json")
      all.push_back({entry.path().stem().string(), read_json(entry.path())});
  if (all.empty()) throw std::runtime_error("no vectors in " + folder);
  return all;
}

using Decoded = tl::expected<protocol::Request, protocol::DecodeFailure>;

inline Decoded decode(const std::string& text) {
  static protocol::Decoder decoder;  // one for all, as on the port: state must not leak from frame to frame
  std::vector<char> buffer(text.begin(), text.end());
  buffer.resize(text.size() + protocol::Decoder::padding());
  return decoder.decode(buffer.data(), text.size());
}

// "ok", or the code that it was refused with.
inline std::string outcome(const Decoded& decoded) {
  return decoded ? "ok" : std::string(error_code_name(decoded.error().error.code));
}
inline std::string outcome(const Json& request) { return outcome(decode(request.dump())); }

inline Json request(const std::string& type, Json body) {
  return {{"v", 1}, {"id", 1}, {"type", type}, {"body", std::move(body)}};
}

}  // namespace keepleaf::test
