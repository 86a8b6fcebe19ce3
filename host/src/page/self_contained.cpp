#include "page/assembly.h"
#include "page/document.h"
#include "page/inliner.h"
#include "page/media_type.h"

namespace keepleaf::page {

Result<SelfContained> self_contained(const ObjectSource& source, Purpose purpose) {
  const auto& parts = source.parts();
  if (parts.empty()) return fail(ErrorCode::corrupt, "the snapshot has no parts, not even the page itself");
  const PartRecord& root = parts.front();
  if (!root.object) {
    return fail(ErrorCode::not_found, "the page itself was not kept (" + root.status + ")",
                "its other parts, as far as they were read", "take a new snapshot");
  }
  KL_ASSIGN(Bytes bytes, source.read(*root.object));
  if (bytes.size() > kDownloadTotal) {
    return fail(ErrorCode::too_large, "the page itself is larger than 512 MiB", "the snapshot is whole");
  }

  std::string type = essence(root.media_type);
  if (type.empty()) type = looks_like_html(bytes) ? "text/html" : std::string(sniffed_type(bytes));
  if (type.empty()) type = "application/octet-stream";
  if (!is_html_type(type) && !is_xhtml_type(type) && !is_svg_type(type)) {
    // A browser would run what other XML may hold (XSLT, XHTML inside).
    if (is_xml_type(type)) return SelfContained{"text/plain; charset=utf-8", std::move(bytes)};
    return SelfContained{root.media_type.empty() ? type : root.media_type, std::move(bytes)};
  }

  Assembly assembly(source, purpose);
  const auto html = shown_document(assembly, root, bytes, nullptr);
  if (assembly.failure()) return fail(*assembly.failure());
  if (!html) return fail(ErrorCode::internal, "the page's type has no reader");
  if (html->size() > kDownloadTotal) {
    return fail(ErrorCode::too_large, "as one document the page would be larger than 512 MiB",
                "the snapshot is whole");
  }
  const BytesView view = as_bytes(*html);
  return SelfContained{"text/html; charset=utf-8", Bytes(view.begin(), view.end())};
}

}  // namespace keepleaf::page
