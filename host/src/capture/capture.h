// A capture under way, as every producer (wire, acquire, import) describes it and the library receives it.
// Plain data; the store's own form is in docs/store-format.md, the wire's in docs/protocol.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/uuid.h"

namespace keepleaf::capture {

using CaptureId = Uuid;  // chosen by the producer (version 7); becomes the snapshot's id
// One byte stream of a capture; numbers are the producer's and stable over resume.
using UploadNumber = std::uint32_t;

// How the bytes came to be. The name is stored and sent.
enum class Engine : std::uint8_t { tab, link_tab, browser, fetch, import };

// One document, frame or resource. Part 0 is the page itself.
struct Part {
  std::uint32_t n = 0;                  // document order
  std::optional<std::uint32_t> parent;  // the document or sheet that refers to it; none for part 0 only
  // document frame stylesheet image font audio video icon canvas object text thumbnail other
  std::string role;
  std::string url;  // absolute, without userinfo; empty where the content has no address (canvas, srcdoc)
  std::string media_type;              // as the server or the browser gave it, parameters included
  std::string status;                  // "ok", or why there are no bytes: docs/protocol.md "Part status"
  std::optional<Sha256Digest> object;  // none exactly when status is not "ok"
};

struct Viewport {
  std::uint32_t width = 0;  // CSS pixels
  std::uint32_t height = 0;
  double scale = 1;  // device pixels per CSS pixel
};

// What is known of the page as a whole when the capture is committed.
struct Page {
  std::string url;  // what the person gave or the tab showed; userinfo is removed by the library
  std::string title;
  UnixMs taken_at = 0;
  Engine engine = Engine::tab;
  std::vector<std::string> redirects;  // from `url` on to the final address, if any
  bool moved_for_good = false;         // all of them were permanent; what a tab does not know, nor the wire
  std::string language;                // BCP 47, empty when unknown
  std::optional<Viewport> viewport;
  std::vector<std::string> tags;    // given to the link, added to those it has
  std::optional<std::string> note;  // replaces the link's note only where that is empty
};

const char* engine_name(Engine engine);
std::optional<Engine> engine_from_name(std::string_view name);

}  // namespace keepleaf::capture
