// The names, codes, limits and fields of the code are those of schema.json, in both directions.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "contract.h"
#include "protocol/names.h"
#include "protocol/retry.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

std::set<std::string> keys(const Json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

// "page.viewport.width", as request_fields() tells nested fields.
void flatten(const Json& fields, const std::string& prefix, std::map<std::string, bool>& out) {
  for (const auto& [name, field] : fields.items()) {
    out[prefix + name] = field.at("required").get<bool>();
    if (field.contains("fields")) flatten(field.at("fields"), prefix + name + ".", out);
  }
}

// Every field that stands in `json` is one of the schema's, and every required one of the schema stands in
// it.
void check_shape(const Json& fields, const Json& json, const std::string& where) {
  INFO(where);
  REQUIRE(json.is_object());
  for (const auto& [name, value] : json.items()) {
    INFO(name);
    REQUIRE(fields.contains(name));
    const Json& field = fields.at(name);
    if (!field.contains("fields")) continue;
    if (value.is_array())
      for (const Json& element : value) check_shape(field.at("fields"), element, where + "." + name + "[]");
    else if (!value.is_null())
      check_shape(field.at("fields"), value, where + "." + name);
  }
  for (const auto& [name, field] : fields.items()) {
    INFO(name);
    if (field.at("required").get<bool>()) CHECK(json.contains(name));
  }
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("every message has the same name in the code and in the schema") {
  const auto& names = protocol::request_types();
  CHECK(std::set<std::string>(names.begin(), names.end()) == keys(schema().at("messages")));
  CHECK(std::set<std::string>(protocol::kEventNames.begin(), protocol::kEventNames.end()) ==
        keys(schema().at("events")));
}

TEST_CASE("every error code has the same name and the same retry in the code and in the schema") {
  std::map<std::string, std::string> in_code, in_schema;
  for (std::size_t i = 0; i < kErrorCodeNames.size(); ++i)
    in_code[std::string(kErrorCodeNames[i])] =
        protocol::retry_name(protocol::retry_of(static_cast<ErrorCode>(i)));
  for (const auto& [code, retry] : schema().at("errors").items()) in_schema[code] = retry.get<std::string>();
  CHECK(in_code == in_schema);
}

TEST_CASE("hello tells the limits and the capabilities of the schema") {
  protocol::HelloReply reply;
  reply.limits = protocol::kLimits;
  reply.capabilities = protocol::host_capabilities();
  const Json body = Json::parse(protocol::encode_body(reply));
  CHECK(body.at("limits") == schema().at("limits"));
  CHECK(body.at("capabilities") == schema().at("capabilities"));
  CHECK(protocol::kProtocolMax == schema().at("version").get<std::uint32_t>());
}

TEST_CASE("the decoder reads the fields of the schema and no others") {
  for (const auto& [type, message] : schema().at("messages").items()) {
    INFO(type);
    std::map<std::string, bool> in_schema, in_code;
    flatten(message.at("request"), "", in_schema);
    for (const protocol::RequestField& field : protocol::request_fields(type))
      in_code[field.name] = field.required;
    CHECK(in_code == in_schema);
  }
  CHECK(protocol::request_fields("link.teleport").empty());
}

TEST_CASE(
    "every reply and event of the vectors has the fields of the schema, and every field is in some vector") {
  std::map<std::string, std::set<std::string>> seen;
  for (const Vector& vector : vectors("reply")) {
    INFO(vector.name);
    if (vector.json.contains("event")) {
      const Json& event = vector.json.at("event");
      const auto name = event.at("event").get<std::string>();
      check_shape(schema().at("events").at(name), event.at("body"), name);
      continue;
    }
    const Json& response = vector.json.at("response");
    if (response.contains("error")) {
      check_shape(schema().at("error"), response.at("error"), "error");
      continue;
    }
    const auto type = response.at("type").get<std::string>();
    check_shape(schema().at("messages").at(type).at("reply"), response.at("body"), type);
    for (const std::string& name : keys(response.at("body"))) seen[type].insert(name);
  }
  for (const auto& [type, message] : schema().at("messages").items()) {
    INFO(type);
    if (message.at("reply").is_null()) continue;  // answered by events
    CHECK(seen[type] == keys(message.at("reply")));
  }
}

TEST_CASE("docs/protocol.md has a heading for every message and a row for every code and limit") {
  const std::string page = read_text(std::filesystem::path(KEEPLEAF_TESTS_DIR) / "../docs/protocol.md");
  std::set<std::string> headings;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### Event "))
      headings.insert(line.substr(10));
    else if (line.starts_with("### "))
      headings.insert(line.substr(4));
  }
  for (const auto& [name, message] : schema().at("messages").items()) CHECK(headings.count(name) == 1);
  for (const auto& [name, event] : schema().at("events").items()) CHECK(headings.count(name) == 1);
  for (const std::string& heading : headings) {
    INFO(heading);
    const bool is_message = heading.find('.') != std::string::npos && heading.find(' ') == std::string::npos;
    if (is_message)
      CHECK((schema().at("messages").contains(heading) || schema().at("events").contains(heading)));
  }
  for (const auto& [code, retry] : schema().at("errors").items())
    CHECK(page.find("\n| " + code + " | " + retry.get<std::string>() + " | ") != std::string::npos);
  for (const auto& [limit, value] : schema().at("limits").items())
    CHECK(page.find("\n| " + limit + " | ") != std::string::npos);
}

}  // namespace keepleaf::test
