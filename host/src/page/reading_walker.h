// ReadingWalker: goes through one HTML document as a reader's eye does, in one pass and without a tree, so
// that memory does not grow with nesting. It knows which end tags are left out and what is not shown; who
// derives from it makes something of the rest.
//
// Not shown: scripts, styles, <title>, <noscript>, <template> without a shadow root, what `hidden` or an
// inline display:none hides, closed dialogs, fallbacks of media, ruby parentheses, options that are not
// selected.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "page/html_tokens.h"

namespace keepleaf::page {

class ReadingWalker {
 public:
  ReadingWalker() = default;
  ReadingWalker(const ReadingWalker&) = delete;
  ReadingWalker& operator=(const ReadingWalker&) = delete;
  virtual ~ReadingWalker() = default;

  // Until the document ends or full().
  void walk(std::string_view html, Flavour flavour);

 protected:
  virtual bool full() const { return false; }
  // What is shown between tags, references resolved; white space as it was written.
  virtual void on_text(std::string_view text) = 0;
  // A start or end tag where things are shown, whether or not it opens or closes anything.
  virtual void on_start_tag(const Token& token) = 0;
  virtual void on_end_tag(const Token& token) = 0;
  // An element that is shown and has content begins and ends: always in pairs, the inner before the outer; at
  // most 512 deep, what nests deeper counts to the deepest.
  virtual void on_open(const Token&) {}
  virtual void on_close(std::string_view) {}

  // Within <pre>, <textarea>, <listing> or <xmp>.
  bool preserves_space() const { return preserved_ > 0; }

 private:
  struct Open {
    std::string name;
    bool hidden;
    bool preserves;
  };

  void shown_text(std::string_view content);
  void start(const Token& token, Flavour flavour);
  void end(const Token& token);
  static bool is_hidden(const Token& token);
  void imply_ends(const std::string& name);
  void close_nearest(const std::array<std::string_view, 3>& names, std::string_view boundary);
  // Spares the walk up the stack, which hostile nesting would make long for every tag.
  bool is_open(std::string_view name) const { return counts_.contains(std::string(name)); }
  void close_to(std::size_t size);

  std::vector<Open> open_;
  std::unordered_map<std::string, std::size_t> counts_;  // of names in open_
  std::size_t beyond_ = 0;
  std::size_t hidden_ = 0;
  std::size_t preserved_ = 0;
};

// Elements that begin and end a line.
bool is_block_element(std::string_view lower_case_name);
// What an <input> shows as text; empty when that is nothing.
std::string shown_value(const Token& input);

}  // namespace keepleaf::page
