// The one script that an exported page may run: ours, named by its hash in the page's policy
// (restore_state.js, docs/decisions/state-in-exported-files.md).
#pragma once

#include <string>
#include <string_view>

namespace keepleaf::page {

// The text of an inline module. Holds no "<".
std::string_view restoring_script();

// As a source expression of a content security policy, without its quotes: sha256-<base64>.
const std::string& restoring_script_hash();

// Whether a document, or one in a srcdoc in it, carries state that only the script can show. What merely
// looks like it costs a script that finds nothing to do.
bool needs_restoring(std::string_view html);

}  // namespace keepleaf::page
