// What can go wrong, with a stable name each. The name is also the code on the wire (docs/protocol.md,
// "Errors"): names are only ever added, never changed or given another meaning.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace keepleaf {

enum class ErrorCode : std::uint8_t {
  internal,              // a bug of ours; nothing that was accepted is lost
  bad_request,           // well-formed, but a field is missing, of the wrong type or out of range
  bad_json,              // not JSON, not UTF-8, duplicate key, or nested too deeply
  bad_frame,             // the byte stream is not a sequence of frames
  unknown_type,          // no such message in this version
  unsupported_protocol,  // no protocol version in common
  forbidden_caller,      // the extension that started the host is not ours
  too_large,             // a limit of docs/protocol.md was exceeded
  not_found,             // an id, tag or job that the request names does not exist
  conflict,              // the request contradicts what is there
  gap,                   // a chunk that begins after the next expected offset
  checksum_mismatch,     // CRC-32C of a chunk differs
  digest_mismatch,       // SHA-256 or size of an upload differs
  incomplete,            // a commit names parts whose bytes have not arrived
  no_space,              // the disk or the quota is full
  busy,                  // another process holds the lock; try again
  read_only,             // the library cannot be written
  newer_format,          // the library was written by a newer Keepleaf
  corrupt,               // stored bytes are not what they should be
  io,                    // the operating system refused to read or write
  cancelled,             // the person or the caller stopped it
  timeout,               // the other side did not answer in time
  network,               // the connection failed
  http_status,           // the server answered with an error status
  private_address,       // the address is private, loopback or link-local and was not allowed
  unsupported,           // known, but not possible on this system or for this input
};

inline constexpr std::array<std::string_view, 26> kErrorCodeNames = {
    "internal",         "bad_request", "bad_json",  "bad_frame", "unknown_type", "unsupported_protocol",
    "forbidden_caller", "too_large",   "not_found", "conflict",  "gap",          "checksum_mismatch",
    "digest_mismatch",  "incomplete",  "no_space",  "busy",      "read_only",    "newer_format",
    "corrupt",          "io",          "cancelled", "timeout",   "network",      "http_status",
    "private_address",  "unsupported"};

constexpr std::string_view error_code_name(ErrorCode code) {
  return kErrorCodeNames[static_cast<std::size_t>(code)];
}

// An error says what failed, what was kept all the same, and what to do next. `kept` and `next` may be empty.
// Never put a page's content or a secret into any of the three: they are logged and shown.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string kept{};
  std::string next{};
};

}  // namespace keepleaf
