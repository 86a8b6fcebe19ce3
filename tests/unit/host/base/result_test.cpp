// Error names, which are codes on the wire, and the macros that pass errors on.
#include "base/result.h"

#include <memory>
#include <set>

#include "support/catch.h"

using namespace keepleaf;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::bad_request, "odd", "nothing", "take an even one");
  return number / 2;
}

Result<int> quarter(int number) {
  KL_ASSIGN(const int once, half(number));
  KL_ASSIGN(const int twice, half(once));
  return twice;
}

Status check_even(int number, int& calls) {
  KL_TRY(half(number));
  ++calls;
  return {};
}

}  // namespace

TEST_CASE("the names of errors never change, for other programs know them") {
  const std::pair<ErrorCode, std::string_view> names[] = {
      {ErrorCode::internal, "internal"},
      {ErrorCode::bad_request, "bad_request"},
      {ErrorCode::bad_json, "bad_json"},
      {ErrorCode::bad_frame, "bad_frame"},
      {ErrorCode::unknown_type, "unknown_type"},
      {ErrorCode::unsupported_protocol, "unsupported_protocol"},
      {ErrorCode::forbidden_caller, "forbidden_caller"},
      {ErrorCode::too_large, "too_large"},
      {ErrorCode::not_found, "not_found"},
      {ErrorCode::conflict, "conflict"},
      {ErrorCode::gap, "gap"},
      {ErrorCode::checksum_mismatch, "checksum_mismatch"},
      {ErrorCode::digest_mismatch, "digest_mismatch"},
      {ErrorCode::incomplete, "incomplete"},
      {ErrorCode::no_space, "no_space"},
      {ErrorCode::busy, "busy"},
      {ErrorCode::read_only, "read_only"},
      {ErrorCode::newer_format, "newer_format"},
      {ErrorCode::corrupt, "corrupt"},
      {ErrorCode::io, "io"},
      {ErrorCode::cancelled, "cancelled"},
      {ErrorCode::timeout, "timeout"},
      {ErrorCode::network, "network"},
      {ErrorCode::http_status, "http_status"},
      {ErrorCode::private_address, "private_address"},
      {ErrorCode::unsupported, "unsupported"},
  };
  CHECK(std::size(names) <= kErrorCodeNames.size());
  for (const auto& [code, name] : names) CHECK(error_code_name(code) == name);
}

TEST_CASE("every error has a name of its own") {
  const std::set<std::string_view> names(kErrorCodeNames.begin(), kErrorCodeNames.end());
  CHECK(names.size() == kErrorCodeNames.size());
  CHECK_FALSE(names.contains(""));
}

TEST_CASE("an error is passed on whole, and a value goes through") {
  CHECK(quarter(12) == 3);
  const auto failed = quarter(6);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::bad_request);
  CHECK(failed.error().message == "odd");
  CHECK(failed.error().kept == "nothing");
  CHECK(failed.error().next == "take an even one");
}

TEST_CASE("what follows a failed step does not run") {
  int calls = 0;
  CHECK(check_even(2, calls));
  CHECK_FALSE(check_even(3, calls));
  CHECK(calls == 1);
}

TEST_CASE("values that can only be moved are assigned") {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  const auto use = [&]() -> Result<int> {
    KL_ASSIGN(const auto pointer, make());
    return *pointer;
  };
  CHECK(use() == 7);
}
