#include "protocol/names.h"

#include "protocol/retry.h"

namespace keepleaf::protocol {

std::string_view type_name(const RequestBody& body) { return kRequestNames[body.index()]; }

const std::vector<std::string_view>& request_types() {
  static const std::vector<std::string_view> names(kRequestNames.begin(), kRequestNames.end());
  return names;
}

const std::vector<std::string>& host_capabilities() {
  static const std::vector<std::string> capabilities = {
      "capture", "have", "library", "tags", "jobs", "replay", "fidelity", "pictures", "trash", "schedules"};
  return capabilities;
}

Retry retry_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::gap:
    case ErrorCode::checksum_mismatch:
    case ErrorCode::digest_mismatch:
    case ErrorCode::incomplete:
      return Retry::resume;
    case ErrorCode::internal:
    case ErrorCode::no_space:
    case ErrorCode::busy:
    case ErrorCode::read_only:
    case ErrorCode::io:
    case ErrorCode::timeout:
    case ErrorCode::network:
    case ErrorCode::http_status:
      return Retry::later;
    case ErrorCode::bad_request:
    case ErrorCode::bad_json:
    case ErrorCode::bad_frame:
    case ErrorCode::unknown_type:
    case ErrorCode::unsupported_protocol:
    case ErrorCode::forbidden_caller:
    case ErrorCode::too_large:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::newer_format:
    case ErrorCode::corrupt:
    case ErrorCode::cancelled:
    case ErrorCode::private_address:
    case ErrorCode::unsupported:
      return Retry::never;
  }
  return Retry::never;
}

std::string_view retry_name(Retry retry) {
  switch (retry) {
    case Retry::never:
      return "never";
    case Retry::later:
      return "later";
    case Retry::resume:
      return "resume";
  }
  return "never";
}

}  // namespace keepleaf::protocol
