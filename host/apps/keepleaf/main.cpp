// keepleaf: the command line; as keepleaf-host, what browsers start.
#include <iostream>
#include <string>
#include <vector>

#include "cli/cli.h"

int main(int argc, char** argv) {
  return keepleaf::cli::run(std::vector<std::string>(argv, argv + argc), std::cout, std::cerr);
}
