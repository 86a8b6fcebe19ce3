// NamedFiles: files that refer to each other by relative names: a folder, or a ZIP of one. Documents see them
// under file:/// addresses of our making; names are only compared, never opened.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/saved.h"
#include "archive/zip_reader.h"

namespace keepleaf::archive {

class NamedFiles final : public SavedFiles {
 public:
  struct Entry {
    ContentPtr content;
    UnixMs modified = 0;
  };
  // By name, with "/" between folders.
  using Entries = std::map<std::string, Entry, std::less<>>;

  explicit NamedFiles(Entries entries) : entries_(std::move(entries)) {}

  static std::shared_ptr<const NamedFiles> of_zip(const std::shared_ptr<const ZipReader>& zip);
  // The regular files below `root`, not through symbolic links; with `only`, those whose first folder or
  // whole name is one of these. Errors: not_found, read_only, io, too_large (more than limits.entries).
  static Result<std::shared_ptr<const NamedFiles>> of_folder(const std::filesystem::path& root,
                                                             const std::vector<std::string>& only);

  Result<std::optional<SavedFile>> find(const std::string& address, UnixMs time) const override;
  const Entries& entries() const { return entries_; }
  const Entry* entry(std::string_view name) const;
  // A file as the importer takes it.
  std::optional<SavedFile> file(std::string_view name) const;

 private:
  Entries entries_;
};

// file:/// and the name, escaped.
std::string address_of(std::string_view name);
// By the name's ending; empty when that says nothing.
std::string_view type_by_name(std::string_view name);

// The pages among files of a folder: HTML that no other page shows in a frame. `fallback_url` gives the
// address of one that does not say where it came from; empty: that is an error of the page.
Result<std::vector<SavedPage>> pages_of(const NamedFiles& files,
                                        const std::function<std::string(const std::string&)>& fallback_url);
// One of them.
Result<SavedPage> page_of(const NamedFiles& files, const std::string& name, std::string_view fallback_url,
                          std::string* format = nullptr);

}  // namespace keepleaf::archive
