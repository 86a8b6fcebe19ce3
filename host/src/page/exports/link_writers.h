// Lists of links as files: what goes out here comes in again by page/imports with nothing lost that the
// format has a place for (docs/imports.md). Each writer is given links one after another and hands out text,
// so that a library of any size passes through. Text is UTF-8, lines end in LF.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace keepleaf::page {

struct ExportedSnapshot {
  std::string id;
  std::string url;
  std::string title;
  UnixMs taken_at = 0;
  std::string engine;
  std::vector<std::string> redirects;
  std::string language;
  std::uint64_t parts = 0;
  std::uint64_t missing = 0;  // parts without bytes
  std::uint64_t text_length = 0;
  std::uint64_t size_raw = 0;
  std::uint64_t size_stored = 0;
  std::string digest;
};

struct ExportedLink {
  std::string id;
  std::string url;
  std::string title;
  std::string note;
  std::vector<std::string> tags;
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
  std::vector<ExportedSnapshot> snapshots;  // only where the writer asks for them
};

class LinkWriter {
 public:
  virtual ~LinkWriter() = default;
  virtual bool wants_snapshots() const { return false; }
  virtual std::string begin(UnixMs now) = 0;
  virtual std::string link(const ExportedLink& link) = 0;
  virtual std::string end() = 0;
};

enum class LinkFormat : std::uint8_t { netscape, jsonl, markdown, text };
std::unique_ptr<LinkWriter> link_writer(LinkFormat format);

}  // namespace keepleaf::page
