// What a Library holds. Internal to the library module.
#pragma once

#include <memory>
#include <utility>

#include "library/capture_desk.h"
#include "library/core.h"
#include "library/library.h"

namespace keepleaf::library {

struct Library::State {
  explicit State(std::unique_ptr<Core> core_) : core(std::move(core_)), desk(*core) {}

  std::unique_ptr<Core> core;
  CaptureDesk desk;
};

}  // namespace keepleaf::library
