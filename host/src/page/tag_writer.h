// Writes the start tags of a rewritten document.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "page/attribute_rules.h"
#include "page/html_rewrite.h"
#include "page/html_tokens.h"

namespace keepleaf::page {

struct WrittenTag {
  std::string text;  // may be more than a tag, or nothing
  bool replaces_content =
      false;  // what follows up to the element's end tag is to be left out, end tag included
};

class TagWriter {
 public:
  TagWriter(const RewriteOptions& options, DocumentVisitor& visitor) : options_(options), visitor_(visitor) {}

  WrittenTag start(const Token& token);

  // Whether a lazy loader's image with that address was shown.
  bool was_lazy(const std::string& address) const { return lazy_.contains(address); }

 private:
  using Names = std::set<std::string_view>;

  std::string element(const Token& token, std::string_view name, const Names& without,
                      std::string_view extra = {});
  void attribute(const Token& token, const Attribute& attribute, const std::string& name, std::string& out);
  std::string meta(const Token& token);
  std::string base(const Token& token);
  std::string link(const Token& token);
  std::string linked_sheet(const Token& token, const std::string& href);
  std::string frame(const Token& token);
  std::optional<std::string> use(const Token& token);
  WrittenTag embedded(const Token& token);
  std::string lazy(const Token& token, Names& without);
  std::string sources(std::string_view value, Use use);

  const RewriteOptions& options_;
  DocumentVisitor& visitor_;
  std::set<std::string, std::less<>> lazy_;
};

}  // namespace keepleaf::page
