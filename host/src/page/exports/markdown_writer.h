// MarkdownWriter: makes Markdown of what a reader sees. Internal to page/exports.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "page/reading_walker.h"

namespace keepleaf::page {

class MarkdownWriter final : public ReadingWalker {
 public:
  std::string write(std::string_view html, Flavour flavour);

 protected:
  void on_text(std::string_view text) override;
  void on_start_tag(const Token& token) override;
  void on_end_tag(const Token& token) override;
  void on_open(const Token& token) override;
  void on_close(std::string_view name) override;

 private:
  // What stands before each line of a block: of quotations, and the indentation of list items.
  struct Container {
    std::string first;  // of the next line alone: "- "
    std::string rest;
    bool begun;  // a line of it was written
  };
  struct List {
    bool ordered;
    std::size_t next;
  };
  // Inline markup that waits for its first character; what never gets one is left out.
  struct Mark {
    std::string name;
    std::string begin;
    std::string end;
    bool written;
  };
  struct Table {
    std::vector<std::vector<std::string>> rows;
  };

  void inline_text(std::string_view text);
  void raw_inline(std::string_view markup);
  void begin_inline();
  void open_mark(std::string_view name, std::string begin, std::string end);
  void close_mark(std::string_view name);
  void end_block();
  void write_block(std::string_view text);
  void open_item(const Token& token);
  void close_container();
  void image(const Token& token);
  void end_pre();
  void end_table();
  void cell_break();

  std::string out_;
  std::string inline_;  // of the block that is being written
  bool space_ = false;  // white space that waits for what follows it
  std::size_t heading_ = 0;
  std::vector<Mark> marks_;
  std::vector<Container> containers_;
  std::vector<List> lists_;
  bool tight_ = false;  // the last block was an item of a list: no empty line before the next

  std::string pre_;
  std::string pre_language_;
  std::size_t pre_depth_ = 0;
  std::string code_;
  std::size_t code_depth_ = 0;

  Table table_;
  std::size_t table_depth_ = 0;
};

}  // namespace keepleaf::page
