// TextSource: an imported file as UTF-8, a piece at a time. Line ends become LF, NUL and what is invalid
// U+FFFD; the byte order mark goes.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "page/imports/import_file.h"
#include "page/imports/import_sink.h"

namespace keepleaf::page {

class TextSource {
 public:
  // `file` must outlive the source. The encoding is that of a byte order mark, else the one that was given to
  // the file, else what an HTML file declares, else UTF-8.
  static Result<TextSource> open(const ImportFile& file);

  // Appends the next piece (up to some 256 KiB); false at the end. Errors: bad_request (bytes that are not
  // UTF-8 in a file that names no encoding, with the line), too_large (a line of 16 MiB in an encoding that
  // can only be cut at line ends), io.
  Result<bool> next(std::string& out);

  // Where bytes had to be replaced first, from 1; 0: nowhere.
  std::uint64_t first_replaced_line() const { return replaced_line_; }

 private:
  explicit TextSource(const ImportFile& file) : file_(&file) {}
  Status fill();
  std::size_t complete() const;
  Status append_utf8_text(std::string_view text, std::string& out);
  void append_lines(std::string_view text, std::string& out);

  const ImportFile* file_;
  std::string encoding_;
  bool declared_ = false;
  std::uint64_t offset_ = 0;  // of what follows pending_
  bool at_end_ = false;
  std::string pending_;  // raw bytes, not yet decoded
  bool after_cr_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t replaced_line_ = 0;
};

// Tells the sink where bytes had to be replaced, if they had. Call it at the end.
void note_replaced(const TextSource& source, ImportSink& sink);

// Its lines one by one, without their ends. A line beyond the limit is cut, and says so.
class LineReader {
 public:
  explicit LineReader(TextSource& source, std::size_t limit = 1 << 20) : source_(source), limit_(limit) {}

  // False at the end. `line` is valid until the next call.
  Result<bool> next();
  const std::string& line() const { return line_; }
  bool too_long() const { return too_long_; }
  std::uint64_t number() const { return number_; }  // from 1

 private:
  TextSource& source_;
  std::size_t limit_;
  std::string piece_;
  std::size_t at_ = 0;
  std::string line_;
  bool too_long_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace keepleaf::page
