// ImportSink: who takes what a format reads, record by record, so that no reader holds a whole file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "page/imports/imported.h"

namespace keepleaf::page {

class ImportSink {
 public:
  virtual ~ImportSink() = default;

  // An error ends the reading: give it back.
  virtual Status link(ImportedLink link) = 0;
  // A record that can't be taken at all.
  virtual void skip(ImportRemark remark) = 0;
  // A record that was or will be taken, but not all of it.
  virtual void change(ImportRemark remark) = 0;
  // What the source knows and Keepleaf has no place for, counted by its name ("reading progress").
  virtual void lose(std::string_view what, std::uint64_t count) = 0;

  // The link, or why there is none when it has no address.
  Status link_or_skip(ImportedLink link, std::string_view why_none = "it has no address") {
    if (!link.url.empty()) return this->link(std::move(link));
    skip({link.line, std::move(link.title), std::string(why_none)});
    return {};
  }
};

}  // namespace keepleaf::page
