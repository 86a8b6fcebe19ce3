// JsonChars: a TextSource as the characters that nlohmann's parser reads, with what it does not have: the
// line, a limit for one value, and lone surrogates. Programs that cut a text within a character write half of
// a surrogate pair ("\ud83d"), which no strict parser takes; it becomes U+FFFD. Internal to page/imports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>

#include "base/result.h"
#include "page/imports/text_source.h"

namespace keepleaf::page {

class JsonChars {
 public:
  static constexpr std::size_t kMaxValue = 16 << 20;

  explicit JsonChars(TextSource& source) : source_(source) { advance_to_text(); }

  bool at_end() const { return at_ == ready_; }
  char current() const { return text_[at_]; }
  void advance();

  // A value was complete: the next one may be as long again.
  void value_ended() { since_value_ = 0; }
  std::uint64_t line() const { return line_; }
  // Why the characters ended, if that was not the end of the file.
  const std::optional<Error>& error() const { return error_; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    Iterator() = default;
    explicit Iterator(JsonChars& chars) : chars_(&chars) {}
    char operator*() const { return chars_->current(); }
    Iterator& operator++() {
      chars_->advance();
      return *this;
    }
    void operator++(int) { chars_->advance(); }
    bool operator==(const Iterator& other) const { return ended() == other.ended(); }

   private:
    bool ended() const { return chars_ == nullptr || chars_->at_end(); }
    JsonChars* chars_ = nullptr;
  };
  Iterator begin() { return Iterator(*this); }
  static Iterator end() { return {}; }

 private:
  void advance_to_text();
  void mend();

  TextSource& source_;
  std::string text_;
  std::size_t at_ = 0;
  std::size_t ready_ = 0;  // of text_: mended
  bool source_ended_ = false;
  std::uint64_t line_ = 1;
  std::size_t since_value_ = 0;
  std::optional<Error> error_;
};

}  // namespace keepleaf::page
