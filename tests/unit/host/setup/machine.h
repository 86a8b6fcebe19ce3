// A machine of its own for one test: a home, a system root, an environment.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "setup/browsers.h"
#include "setup/paths.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

class Machine {
 public:
  explicit Machine(const std::string& home_name = "home")
      : home(folder_.path() / home_name),
        root(folder_.path() / "root"),
        host(folder_.path() / "opt/bin/keepleaf-host") {
    std::filesystem::create_directories(home);
    std::filesystem::create_directories(root);
    write(host, "#!/bin/sh\nexit 0\n");
    std::filesystem::permissions(host, std::filesystem::perms::owner_all);
    variables["HOME"] = home.string();
  }

  setup::Environment environment() const {
    return [this](const char* name) -> std::optional<std::string> {
      const auto at = variables.find(name);
      if (at == variables.end() || at->second.empty()) return std::nullopt;
      return at->second;
    };
  }
  setup::MachinePaths paths() const { return setup::MachinePaths::from(environment(), root).value(); }
  setup::Table table() const { return setup::browser_table(paths()).value(); }

  static void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  static std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  // Every path below the home with what it is: text, link target or "folder".
  std::map<std::string, std::string> tree() const {
    std::map<std::string, std::string> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      const auto name = entry.path().string();
      if (entry.is_symlink())
        result[name] = "-> " + std::filesystem::read_symlink(entry.path()).string();
      else
        result[name] = entry.is_directory() ? "folder" : read(entry.path());
    }
    return result;
  }

 private:
  TempDir folder_;

 public:
  std::filesystem::path home;
  std::filesystem::path root;
  std::filesystem::path host;
  std::map<std::string, std::string> variables;
};

}  // namespace keepleaf::test
