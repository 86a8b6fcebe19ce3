#include "page/visible_text.h"

#include "page/chars.h"
#include "page/reading_walker.h"

namespace keepleaf::page {
namespace {

class TextReader final : public ReadingWalker {
 public:
  TextReader(std::size_t limit, std::string& out) : limit_(limit), out_(out), begin_(out.size()) {}

  bool read(std::string_view html, Flavour flavour) {
    walk(html, flavour);
    return cut();
  }

 protected:
  bool full() const override { return out_.size() > limit_; }

  void on_text(std::string_view content) override {
    for (const char c : content) {
      if (!is_space(c)) {
        flush();
        out_ += c;
      } else if (preserves_space()) {
        if (c == '\n') {
          pending_ = '\n';
          flush_line();
        } else {
          flush();
          out_ += c == '\t' ? '\t' : ' ';
        }
      } else if (pending_ == '\0') {
        pending_ = ' ';
      }
    }
  }

  void on_start_tag(const Token& token) override {
    const std::string& name = token.name;
    if (name == "br" || is_block_element(name)) line_break();
    if ((name == "td" || name == "th") && pending_ != '\n') pending_ = '\t';
    if (name != "input") return;
    if (const std::string value = shown_value(token); !value.empty()) on_text(" " + value + " ");
  }

  void on_end_tag(const Token& token) override {
    if (is_block_element(token.name)) line_break();
  }

 private:
  void flush_line() {
    if (out_.size() > begin_) out_ += '\n';
    pending_ = '\0';
  }

  // White space is written only once something follows it.
  void flush() {
    if (pending_ != '\0' && out_.size() > begin_ && out_.back() != '\n') out_ += pending_;
    pending_ = '\0';
  }

  void line_break() { pending_ = '\n'; }

  bool cut() {
    if (out_.size() <= limit_) return true;
    std::size_t size = limit_;
    while (size > 0 && (static_cast<unsigned char>(out_[size]) & 0xC0) == 0x80) --size;
    out_.resize(size);
    return false;
  }

  std::size_t limit_;
  std::string& out_;
  std::size_t begin_;
  char pending_ = '\0';
};

}  // namespace

bool append_visible_text(std::string_view html, Flavour flavour, std::size_t limit, std::string& out) {
  return TextReader(limit, out).read(html, flavour);
}

}  // namespace keepleaf::page
