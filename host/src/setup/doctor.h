// `keepleaf browser doctor`: walks each browser's own lookup order to the host, says in words what is wrong
// on the way, and how to mend it. docs/cli.md lists the findings.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "setup/browsers.h"
#include "setup/machine_config.h"
#include "setup/paths.h"
#include "setup/self_test.h"

namespace keepleaf::setup {

enum class Severity : unsigned char { note, warning, error };
std::string_view severity_name(Severity severity);

struct Finding {
  std::string code;
  Severity severity = Severity::error;
  std::filesystem::path file;  // what it is about; empty when no file
  std::string message;
  std::string next;      // how to mend it
  bool fixable = false;  // `doctor --fix` can
};

struct BrowserDiagnosis {
  std::string name;
  std::string title;
  std::filesystem::path manifest;  // the one that the browser uses, empty when none
  std::filesystem::path host;      // that it names
  std::vector<Finding> findings;

  bool works() const;  // no error among the findings
};

struct Diagnosis {
  std::vector<BrowserDiagnosis> browsers;  // those that are found, or asked for
  std::filesystem::path library;           // the shell's
  std::string library_source;
  std::vector<Finding> findings;  // of the library and the configuration

  bool works() const;
};

struct DoctorRequest {
  std::vector<std::string> browsers;             // names; empty: those that are found
  std::filesystem::path host;                    // where keepleaf-host is now
  LibraryChoice library;                         // what the shell would open
  std::vector<std::string> environment;          // as browser_environment gives it, for the real library
  std::vector<std::string> scratch_environment;  // and for an empty one
  // ask_host, replaced in tests.
  std::function<Result<HostAnswer>(const HostCall&)> ask = ask_host;
};

// Errors: not_found (no such browser). Changes nothing.
Result<Diagnosis> diagnose(const DoctorRequest& request, const Table& table, const MachineConfig& config,
                           const MachinePaths& paths);

}  // namespace keepleaf::setup
