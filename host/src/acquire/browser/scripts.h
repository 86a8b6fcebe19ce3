// What runs inside the headless browser; made by extension/headless.mjs from extension/src.
#pragma once

#include <string_view>

namespace keepleaf::acquire {

std::string_view capture_script();    // the capture bundle, for each frame, in a world of its own
std::string_view frame_script();      // after it, in the same world: the way to the host
std::string_view collector_script();  // for an empty page of its own

}  // namespace keepleaf::acquire
