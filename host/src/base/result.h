// Result<T>: a value or an Error. The only file that names tl::expected, so that std::expected can take its
// place.
//
// Absent is not an error: Result<std::optional<T>>. Impossible is an assert. Exceptions appear only where a
// library throws, and are turned into an Error in that module's guard.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace keepleaf {

template <class T>
using Result = tl::expected<T, Error>;

// The outcome of something that yields no value.
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string kept = {},
                                                std::string next = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(kept), std::move(next)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace keepleaf

#define KL_CONCAT_INNER(a, b) a##b
#define KL_CONCAT(a, b) KL_CONCAT_INNER(a, b)

// KL_TRY(expression): returns the error to the caller, drops the value.
#define KL_TRY(...)                                                                                        \
  do {                                                                                                     \
    if (auto kl_result = (__VA_ARGS__); !kl_result) return ::keepleaf::fail(std::move(kl_result).error()); \
  } while (false)

// KL_ASSIGN(auto name, expression): declares `name` from the value, or returns the error to the caller.
#define KL_ASSIGN(declaration, ...) KL_ASSIGN_INNER(KL_CONCAT(kl_result_, __LINE__), declaration, __VA_ARGS__)
#define KL_ASSIGN_INNER(result, declaration, ...)                  \
  auto result = (__VA_ARGS__);                                     \
  if (!result) return ::keepleaf::fail(std::move(result).error()); \
  declaration = std::move(*result)
