// What a format finds in a text, remembered.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "page/imports/import_format.h"
#include "support/results.h"

namespace keepleaf::test {

struct Found final : page::ImportSink {
  Status link(page::ImportedLink link) override {
    links.push_back(std::move(link));
    return {};
  }
  void skip(page::ImportRemark remark) override { skipped.push_back(std::move(remark)); }
  void change(page::ImportRemark remark) override { changed.push_back(std::move(remark)); }
  void lose(std::string_view what, std::uint64_t count) override { lost[std::string(what)] += count; }

  std::vector<page::ImportedLink> links;
  std::vector<page::ImportRemark> skipped, changed;
  std::map<std::string, std::uint64_t> lost;
  std::string format;
  Status status;
};

// Reads a file of these bytes in the format that it is recognised as.
inline Found found_in(std::string_view bytes) {
  Found found;
  const auto view = as_bytes(bytes);
  const auto file = page::ImportFile::of_bytes({view.begin(), view.end()});
  const auto format = page::choose_format(file, "");
  if (format) {
    found.format = (*format)->name;
    found.status = (*format)->read(file, found);
  } else {
    found.status = tl::unexpected<Error>(format.error());
  }
  return found;
}

}  // namespace keepleaf::test
