// What a test wants of a Result: its value, or the code with which it failed.
#pragma once

#include <utility>

#include "base/result.h"
#include "support/catch.h"

namespace keepleaf::test {

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) FAIL(status.error().message);
}
template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace keepleaf::test
