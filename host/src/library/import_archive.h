// Archives of whole pages on their way into the library. Internal to the library module.
#pragma once

#include "capture/sink.h"
#include "library/core.h"
#include "library/import.h"

namespace keepleaf::library {

// Whether the file is an archive of pages, or `format` names a family of them ("html", "folder", "zip",
// "mhtml", "warc"). Errors: not_found, read_only, io, bad_request (the file is of another family).
Result<bool> is_archive(const ImportRequest& request);

// Errors stand in the report.
void import_archive(Core& core, capture::CaptureSink& sink, const ImportRequest& request,
                    const ImportProgress& progress, ImportReport& report);

}  // namespace keepleaf::library
