#include "page/imports/import_format.h"

#include <algorithm>

#include "page/imports/text_source.h"
#include "page/imports/url_list.h"

namespace keepleaf::page {
namespace {

std::string names() {
  std::string list;
  for (const auto& format : import_formats()) list += (list.empty() ? "" : ", ") + std::string(format.name);
  return list;
}

}  // namespace

const std::vector<ImportFormat>& import_formats() {
  // The stricter before the looser: the first that recognises the content takes it.
  static const std::vector<ImportFormat> formats = {
      {"urls", "a list of addresses", Reading::twice, recognises_url_list, read_url_list},
  };
  return formats;
}

Result<ImportProbe> probe(const ImportFile& file) {
  ImportProbe probe{file, std::string(kProbeBytes, '\0'), {}};
  auto* begin = reinterpret_cast<std::uint8_t*>(probe.bytes.data());
  KL_ASSIGN(const auto size, file.read_at(0, {begin, probe.bytes.size()}));
  probe.bytes.resize(size);
  if (file.is_folder()) return probe;
  KL_ASSIGN(auto source, TextSource::open(file));
  // What can't be read as text is some other format's, or nobody's.
  while (probe.text.size() < kProbeBytes) {
    const auto more = source.next(probe.text);
    if (!more && more.error().code == ErrorCode::io) return fail(more.error());
    if (!more || !*more) break;
  }
  return probe;
}

Result<const ImportFormat*> choose_format(const ImportFile& file, std::string_view name) {
  const auto& formats = import_formats();
  if (!name.empty()) {
    const auto found = std::find_if(formats.begin(), formats.end(),
                                    [name](const ImportFormat& format) { return format.name == name; });
    if (found != formats.end()) return &*found;
    return fail(ErrorCode::bad_request, "there is no format \"" + std::string(name) + "\"",
                "nothing was imported", "use one of " + names());
  }
  KL_ASSIGN(const auto seen, probe(file));
  for (const auto& format : formats)
    if (format.recognises(seen)) return &format;
  return fail(ErrorCode::unsupported, "its content is in none of the formats that can be imported",
              "nothing was imported", "name the format if you know it: --format " + names());
}

}  // namespace keepleaf::page
