// Any bytes as a file to import, in the format that it is recognised as and, whatever it is, in each of them:
// it ends in links or in an error, never in a crash; what is handed over is valid UTF-8, in order, and the
// same when it is read again.
#include <cstdlib>
#include <string>
#include <vector>

#include "base/unicode.h"
#include "page/imports/import_format.h"

namespace {

using namespace keepleaf;

void require(bool held) {
  if (!held) std::abort();
}

struct Witness final : page::ImportSink {
  Status link(page::ImportedLink link) override {
    require(link.line >= 1 && is_valid_utf8(link.url) && is_valid_utf8(link.title) &&
            is_valid_utf8(link.note));
    seen += link.url + '\n' + link.title + '\n' + link.note + '\n';
    return {};
  }
  void skip(page::ImportRemark remark) override {
    require(!remark.reason.empty());
    ++remarks;
  }
  void change(page::ImportRemark remark) override { skip(std::move(remark)); }
  void lose(std::string_view what, std::uint64_t) override { require(!what.empty()); }

  std::string seen;
  std::size_t remarks = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = page::ImportFile::of_bytes({data, data + size});
  const auto chosen = page::choose_format(file, "");
  require(chosen || !chosen.error().message.empty());
  for (const auto& format : page::import_formats()) {
    Witness first;
    const auto read = format.read(file, first);
    require(read || !read.error().message.empty());
    if (!chosen || *chosen != &format) continue;
    Witness second;
    require(format.read(file, second).has_value() == read.has_value());
    require(first.seen == second.seen && first.remarks == second.remarks);
  }
  return 0;
}
