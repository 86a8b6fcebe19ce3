#include "page/imports/import_format.h"

#include <algorithm>

#include "page/chars.h"
#include "page/imports/csv_formats.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"
#include "page/imports/markdown_list.h"
#include "page/imports/netscape.h"
#include "page/imports/pocket_html.h"
#include "page/imports/record_lines.h"
#include "page/imports/text_source.h"
#include "page/imports/url_list.h"

namespace keepleaf::page {
namespace {

std::string names() {
  std::string list;
  for (const auto& format : import_formats()) list += (list.empty() ? "" : ", ") + std::string(format.name);
  return list;
}

bool is_control_byte(char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); }

}  // namespace

const std::vector<ImportFormat>& import_formats() {
  // The stricter before the looser: the first that recognises the content takes it.
  static const std::vector<ImportFormat> formats = {
      {"jsonl", "Keepleaf's own JSON Lines", Reading::twice, recognises_record_lines, read_record_lines},
      {"linkwarden", "Linkwarden's JSON", Reading::twice, recognises_linkwarden, read_linkwarden},
      {"karakeep", "Karakeep's JSON", Reading::twice, recognises_karakeep, read_karakeep},
      {"linkding", "linkding's JSON", Reading::twice, recognises_linkding, read_linkding},
      {"shiori", "Shiori's JSON", Reading::twice, recognises_shiori, read_shiori},
      {"readeck", "Readeck's JSON", Reading::twice, recognises_readeck, read_readeck},
      {"omnivore", "Omnivore's metadata", Reading::twice, recognises_omnivore, read_omnivore},
      {"wallabag", "wallabag's JSON", Reading::twice, recognises_wallabag, read_wallabag},
      {"pocket-html", "Pocket's HTML", Reading::twice, recognises_pocket_html, read_pocket_html},
      {"netscape", "a bookmark file", Reading::twice, recognises_netscape, read_netscape},
      {"pocket-csv", "Pocket's CSV", Reading::twice, recognises_pocket_csv, read_pocket_csv},
      {"instapaper", "Instapaper's CSV", Reading::twice, recognises_instapaper, read_instapaper},
      {"raindrop", "Raindrop's CSV", Reading::twice, recognises_raindrop, read_raindrop},
      {"wallabag-csv", "wallabag's CSV", Reading::twice, recognises_wallabag_csv, read_wallabag_csv},
      {"markdown", "a list of links in Markdown", Reading::twice, recognises_markdown_list,
       read_markdown_list},
      {"urls", "a list of addresses", Reading::twice, recognises_url_list, read_url_list},
  };
  return formats;
}

Result<ImportProbe> probe(const ImportFile& file) {
  ImportProbe probe{file, std::string(kProbeBytes, '\0'), {}, {}, {}};
  auto* begin = reinterpret_cast<std::uint8_t*>(probe.bytes.data());
  KL_ASSIGN(const auto size, file.read_at(0, {begin, probe.bytes.size()}));
  probe.bytes.resize(size);
  if (file.is_folder()) return probe;
  KL_ASSIGN(auto source, TextSource::open(file));
  // What can't be read as text is some other format's, or nobody's.
  while (probe.text.size() < kProbeBytes) {
    const auto more = source.next(probe.text);
    if (!more && more.error().code == ErrorCode::io) return fail(more.error());
    if (!more) probe.text_error = more.error();
    if (!more || !*more) break;
  }
  if (const auto text = trimmed(probe.text); text.starts_with('{') || text.starts_with('['))
    probe.json = json_paths(probe.text);
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
  // A text in an unknown encoding can be helped; what holds control characters is no text.
  if (seen.text_error && std::none_of(seen.bytes.begin(), seen.bytes.end(), is_control_byte))
    return fail(*seen.text_error);
  return fail(ErrorCode::unsupported, "its content is in none of the formats that can be imported",
              "nothing was imported", "name the format if you know it: --format " + names());
}

}  // namespace keepleaf::page
