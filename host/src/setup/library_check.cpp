#include "setup/library_check.h"

#include "base/os/file.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;

namespace {

const char* code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::read_only:
      return "library_read_only";
    case ErrorCode::newer_format:
      return "library_newer";
    case ErrorCode::corrupt:
      return "library_corrupt";
    case ErrorCode::no_space:
      return "library_no_space";
    default:
      return "library_unusable";
  }
}

void tell_space(std::uint64_t free, const fs::path& where, std::vector<Finding>& findings) {
  if (free == 0 || free >= kLowSpace) return;
  findings.push_back({"library_low_space", Severity::warning, where,
                      "only " + std::to_string(free >> 20) + " MiB are free where the library is",
                      "make room, or move the library: keepleaf config set library DIR", false});
}

}  // namespace

void check_library(const HostAnswer& answer, std::vector<Finding>& findings) {
  if (answer.library_error)
    findings.push_back({code_of(answer.library_error->code), Severity::error, answer.library,
                        answer.library_error->message, answer.library_error->next, false});
  else if (answer.read_only)
    findings.push_back({"library_read_only", Severity::error, answer.library, "the library can't be written",
                        "make the folder writable, or choose another: keepleaf config set library DIR",
                        false});
  tell_space(answer.free_bytes, answer.library, findings);
}

void check_folder(const fs::path& folder, std::vector<Finding>& findings) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    findings.push_back({"library_new", Severity::note, folder,
                        "there is no library yet; the first capture makes it", "", false});
    auto parent = folder;
    while (!fs::exists(parent, error) && parent.has_relative_path()) parent = parent.parent_path();
    tell_space(os::free_bytes(parent), parent, findings);
    return;
  }
  if (!fs::is_directory(folder, error))
    findings.push_back({"library_not_a_folder", Severity::error, folder, "the library's path is not a folder",
                        "choose another: keepleaf config set library DIR", false});
}

}  // namespace keepleaf::setup
