// What stands first in the <head> of every document that is shown: its policy, and what gives it its looks
// back.
#pragma once

#include <string>
#include <string_view>

namespace keepleaf::page {

// Nothing is loaded but what is inlined.
inline constexpr std::string_view kInlinedPolicy =
    "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; font-src data:; "
    "frame-src data: 'self'; base-uri 'none'; form-action 'none'";

// For a document in a folder, opened from the disk or from a server: files beside it, too. What 'self' means
// for a file differs between browsers, so the scheme is named.
inline constexpr std::string_view kFolderPolicy =
    "default-src 'none'; img-src 'self' file: data:; media-src 'self' file: data:; "
    "style-src 'self' file: 'unsafe-inline'; font-src 'self' file: data:; frame-src 'self' file: data:; "
    "base-uri 'none'; form-action 'none'";

// `html` is what the head goes into. A frame's document inherits the policy around it: what a frame needs is
// allowed in all documents that hold it. An empty policy: the page around carries it, and restores state
// itself (replay).
std::string document_head(std::string_view html, std::string_view policy);

}  // namespace keepleaf::page
