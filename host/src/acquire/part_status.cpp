#include "acquire/part_status.h"

namespace keepleaf::acquire {

std::string part_status(const Error& error, int http_status) {
  switch (error.code) {
    case ErrorCode::http_status:
      return http_status != 0 ? "http_" + std::to_string(http_status)
                              : "unreachable";  // 0: redirected in circles
    case ErrorCode::too_large:
    case ErrorCode::private_address:
    case ErrorCode::timeout:
      return std::string(error_code_name(error.code));
    case ErrorCode::bad_request:
    case ErrorCode::unsupported:
      return "unsupported";
    default:
      return "unreachable";
  }
}

}  // namespace keepleaf::acquire
