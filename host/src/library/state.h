// What a Library holds. Internal to the library module.
#pragma once

#include <memory>
#include <utility>

#include "library/capture_desk.h"
#include "library/core.h"
#include "library/library.h"

namespace keepleaf::library {

struct Library::State {
  explicit State(std::unique_ptr<Core> core_)
      : core(std::move(core_)), desk(*core, Keep::always), check_desk(*core, Keep::if_changed) {}

  std::unique_ptr<Core> core;
  CaptureDesk desk;
  CaptureDesk check_desk;
};

}  // namespace keepleaf::library
