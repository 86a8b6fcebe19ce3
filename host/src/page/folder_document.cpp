#include "page/folder_document.h"

#include <array>
#include <unordered_map>

#include "page/address.h"
#include "page/css_write.h"
#include "page/data_url.h"
#include "page/document_head.h"
#include "page/encoding.h"
#include "page/inliner.h"
#include "page/media_type.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kDepth = 12;  // of frames in frames, and of imports in imports
constexpr std::string_view kFiles = "files/";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// What a browser takes for what it is by its name alone, and never for a document.
std::string_view ending_of(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kEndings = {
      {{"image/png", ".png"},
       {"image/jpeg", ".jpg"},
       {"image/gif", ".gif"},
       {"image/webp", ".webp"},
       {"image/avif", ".avif"},
       {"image/bmp", ".bmp"},
       {"image/x-icon", ".ico"},
       {"image/vnd.microsoft.icon", ".ico"},
       {"font/woff2", ".woff2"},
       {"font/woff", ".woff"},
       {"font/ttf", ".ttf"},
       {"font/otf", ".otf"},
       {"application/font-woff", ".woff"},
       {"video/mp4", ".mp4"},
       {"video/webm", ".webm"},
       {"video/ogg", ".ogv"},
       {"audio/mpeg", ".mp3"},
       {"audio/ogg", ".ogg"},
       {"audio/wav", ".wav"},
       {"audio/mp4", ".m4a"},
       {"audio/webm", ".weba"},
       {"text/vtt", ".vtt"},
       {"application/pdf", ".pdf"},
       {"text/plain", ".txt"}}};
  for (const auto& [name, ending] : kEndings)
    if (type == name) return ending;
  return ".bin";
}

class Folder {
 public:
  explicit Folder(const ObjectSource& source) : assembly_(source, Purpose::download) {}

  Assembly& assembly() { return assembly_; }
  std::vector<FolderFile> take() { return std::move(files_); }

  // A part as a file beside the others; its name within "files/", or empty when it has no readable bytes.
  std::string resource(const PartRecord& part, Use use);
  std::string sheet(const PartRecord& part, const Scope& around);
  std::string frame(const PartRecord& part, const Scope& around);
  std::string document(std::string_view html, Flavour flavour, Scope scope);
  std::size_t reserve(std::string name) {
    files_.push_back({std::move(name), std::nullopt, {}});
    return files_.size() - 1;
  }
  void fill(std::size_t file, std::string_view text) {
    const BytesView view = as_bytes(text);
    files_[file].bytes.assign(view.begin(), view.end());
  }

 private:
  const std::string* known(const PartRecord& part, char kind) const {
    const auto found = names_.find(std::to_string(part.n) + kind);
    return found == names_.end() ? nullptr : &found->second;
  }
  std::string& name_of(const PartRecord& part, char kind) { return names_[std::to_string(part.n) + kind]; }

  Assembly assembly_;
  std::vector<FolderFile> files_;
  // By part and what it is used as: a part may be shown as a document here and as an image there.
  std::unordered_map<std::string, std::string> names_;
};

// What a sheet of its own points at: files in the folder that it stands in itself.
class FolderSheet : public CssVisitor {
 public:
  FolderSheet(Folder& folder, Scope scope, std::string_view prefix)
      : folder_(folder), scope_(std::move(scope)), prefix_(prefix) {}

  std::string css_url(std::string_view url, Use use) override { return address(url, use); }
  std::string css_import(const Import& import) override {
    const std::string name = sheet(import.url);
    return name.empty() ? std::string() : written_import(import, name);
  }
  bool replaces_objects() const override { return scope_.objects; }

  const PartRecord* part_at(std::string_view reference) const {
    if (const auto n = part_number(reference)) return folder_.assembly().parts().number(*n);
    const std::string absolute_address = absolute(scope_.base, reference);
    return absolute_address.empty() ? nullptr
                                    : folder_.assembly().parts().find(absolute_address, scope_.part, false);
  }

  std::string address(std::string_view reference, Use use) {
    const PartRecord* part = part_at(reference);
    // Pictures that may hold scripts stay inside: opened by themselves from the disk, these would run.
    if (part == nullptr || is_svg_type(essence(part->media_type)))
      return SheetInliner(folder_.assembly(), scope_).resource_at(reference, use).address;
    std::string name = folder_.resource(*part, use);
    return name.empty() ? name : std::string(prefix_) + name;
  }

  std::string sheet(std::string_view reference) {
    if (scope_.path.size() >= kDepth || !folder_.assembly().take_expansion()) return {};
    const PartRecord* part = part_at(reference);
    if (part != nullptr) {
      std::string name = folder_.sheet(*part, scope_);
      return name.empty() ? name : std::string(prefix_) + name;
    }
    const auto data = parse_data_url(absolute(scope_.base, reference));
    if (!data || !folder_.assembly().take(data->bytes.size())) return {};
    Scope inner = scope_;
    inner.path.push_back(inner.part);
    FolderSheet visitor(folder_, std::move(inner), "");
    const std::string name = "sheet-" + std::to_string(folder_.assembly().next_number()) + ".css";
    const std::size_t file = folder_.reserve(std::string(kFiles) + name);
    folder_.fill(file, std::string(kByteOrderMark) + rewrite_css(decode_sheet(data->bytes, data->media_type),
                                                                 CssContext::sheet, visitor));
    return std::string(prefix_) + name;
  }

 private:
  Folder& folder_;
  Scope scope_;
  std::string_view prefix_;
};

class FolderDocument : public DocumentInliner {
 public:
  FolderDocument(Folder& folder, const Scope& scope)
      : DocumentInliner(folder.assembly(), scope), folder_(folder), files_(folder, scope, kFiles) {}

  std::string css_url(std::string_view url, Use use) override { return files_.css_url(url, use); }
  std::string css_import(const Import& import) override { return files_.css_import(import); }
  Resource resource(std::string_view reference, Use use) override {
    if (use == Use::svg) return {};  // sprite() brings the drawing into the document
    return {files_.address(reference, use)};
  }
  Sheet linked_sheet(std::string_view reference, std::string_view) override {
    return {false, files_.sheet(reference)};
  }
  Frame frame(std::string_view src, const std::optional<std::string>& srcdoc, bool in_frameset) override {
    if (srcdoc) return DocumentInliner::frame(src, srcdoc, in_frameset);
    const PartRecord* part = part_at(src, true);
    if (part == nullptr) part = part_at(src, false);
    std::string name = part != nullptr ? folder_.frame(*part, scope_) : std::string();
    if (name.empty()) return DocumentInliner::frame(src, srcdoc, in_frameset);
    return {std::nullopt, std::string(kFiles) + name, true};
  }
  Embedded embedded(std::string_view reference) override {
    const PartRecord* part = part_at(reference, true);
    if (part == nullptr) part = part_at(reference, false);
    const std::string type = part != nullptr ? essence(part->media_type) : std::string();
    if (!is_html_type(type) && !is_xhtml_type(type)) return DocumentInliner::embedded(reference);
    std::string name = folder_.frame(*part, scope_);
    if (name.empty()) return {};
    return {Embedded::Kind::frame, std::string(kFiles) + name, {}, true};
  }

 private:
  Folder& folder_;
  FolderSheet files_;
};

std::string Folder::resource(const PartRecord& part, Use use) {
  if (const std::string* name = known(part, 'r')) return *name;
  std::string& name = name_of(part, 'r');
  const auto bytes = assembly_.read(part);
  if (!bytes) return {};
  name = std::to_string(part.n) + std::string(ending_of(data_type(part.media_type, *bytes, use)));
  files_.push_back({std::string(kFiles) + name, part.n, {}});
  return name;
}

std::string Folder::sheet(const PartRecord& part, const Scope& around) {
  if (const std::string* name = known(part, 's')) return *name;
  const auto bytes = assembly_.read(part);
  if (!bytes || !assembly_.take(bytes->size())) return {};
  // Named before it is read, so that a sheet that imports itself finds it.
  const std::string name = name_of(part, 's') = std::to_string(part.n) + ".css";
  const std::size_t file = reserve(std::string(kFiles) + name);
  Scope scope = around;
  if (!part.url.empty()) scope.base = scope.url = part.url;
  scope.part = part.n;
  scope.path.push_back(part.n);
  FolderSheet visitor(*this, std::move(scope), "");
  fill(file, std::string(kByteOrderMark) +
                 rewrite_css(decode_sheet(*bytes, part.media_type), CssContext::sheet, visitor));
  return name;
}

std::string Folder::frame(const PartRecord& part, const Scope& around) {
  if (const std::string* name = known(part, 'f')) return *name;
  if (around.path.size() >= kDepth || !assembly_.take_expansion()) return {};
  const auto bytes = assembly_.read(part);
  if (!bytes || !assembly_.take(bytes->size())) return {};
  const std::string name = name_of(part, 'f') = std::to_string(part.n) + ".html";
  const std::size_t file = reserve(std::string(kFiles) + name);
  // Frames are sandboxed, and what is sandboxed may load no file: what a frame shows is inside of it.
  const auto shown = shown_document(assembly_, part, *bytes, &around);
  if (shown) fill(file, *shown);
  return name;
}

std::string Folder::document(std::string_view html, Flavour flavour, Scope scope) {
  RewriteOptions options;
  options.flavour = flavour;
  scope.base = document_base(html, scope.base);
  scope.objects = holds_objects(html);
  FolderDocument visitor(*this, scope);
  std::size_t head = 0;
  std::string written = rewrite_html(html, options, visitor, &head);
  return written.insert(head, document_head(written, kFolderPolicy));
}

}  // namespace

Result<std::vector<FolderFile>> as_folder(const ObjectSource& source) {
  const auto& parts = source.parts();
  if (parts.empty()) return fail(ErrorCode::corrupt, "the snapshot has no parts, not even the page itself");
  const PartRecord& root = parts.front();
  if (!root.object)
    return fail(ErrorCode::not_found, "the page itself was not kept (" + root.status + ")",
                "its other parts, as far as they were read", "take a new snapshot");
  KL_ASSIGN(const Bytes bytes, source.read(*root.object));
  std::string type = essence(root.media_type);
  if (type.empty()) type = looks_like_html(bytes) ? "text/html" : std::string(sniffed_type(bytes));
  Folder folder(source);
  if (is_html_type(type) || is_xhtml_type(type)) {
    const std::size_t file = folder.reserve("index.html");
    Scope scope;
    scope.url = scope.base = root.url;
    scope.path.push_back(0);
    folder.fill(file, folder.document(decode_stored(bytes, root.media_type),
                                      is_html_type(type) ? Flavour::html : Flavour::xml, std::move(scope)));
    if (folder.assembly().failure()) return fail(*folder.assembly().failure());
    return folder.take();
  }
  if (is_svg_type(type)) {
    const auto shown = shown_document(folder.assembly(), root, bytes, nullptr);
    if (!shown) return fail(ErrorCode::internal, "the page's type has no reader");
    folder.fill(folder.reserve("index.html"), *shown);
    return folder.take();
  }
  std::vector<FolderFile> files;
  const std::string_view ending = is_xml_type(type) ? ".txt" : ending_of(type);
  files.push_back({"page" + std::string(ending), 0, {}});
  return files;
}

}  // namespace keepleaf::page
