// Data of the tree that travels inside the binary, so that a moved binary needs no files beside it.
#pragma once

namespace keepleaf::setup {

extern const char* const kBrowsersJson;          // installer/browsers.json
extern const char* const kChromiumManifestForm;  // manifests/native-host/chromium.json
extern const char* const kFirefoxManifestForm;   // manifests/native-host/firefox.json

}  // namespace keepleaf::setup
