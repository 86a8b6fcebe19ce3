#include "index/fts.h"

#include <array>
#include <cstdlib>

#include "index/tokenizer.h"

namespace keepleaf::index {
namespace {

using Callback = int (*)(void*, int, const char*, int, int, int);

class Forward final : public TokenSink {
 public:
  Forward(void* context, Callback callback) : context_(context), callback_(callback) {}

  bool token(const Token& token) override {
    code_ = callback_(context_, 0, token.text.data(), static_cast<int>(token.text.size()),
                      static_cast<int>(token.begin), static_cast<int>(token.end));
    return code_ == SQLITE_OK;
  }
  int code() const { return code_; }

 private:
  void* context_;
  Callback callback_;
  int code_ = SQLITE_OK;
};

// A query's tokens were made by phrase_of already; tokenizing pairs again would take them apart.
int split_at_spaces(std::string_view text, void* context, Callback callback) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const int code = callback(context, 0, text.data() + at, static_cast<int>(end - at), static_cast<int>(at),
                              static_cast<int>(end));
    if (code != SQLITE_OK) return code;
    at = end + 1;
  }
  return SQLITE_OK;
}

int create_tokenizer(void* /*context*/, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** out) {
  static char stateless = 0;
  *out = reinterpret_cast<Fts5Tokenizer*>(&stateless);
  return SQLITE_OK;
}
void delete_tokenizer(Fts5Tokenizer* /*tokenizer*/) {}

int run_tokenizer(Fts5Tokenizer* /*tokenizer*/, void* context, int flags, const char* text, int size,
                  Callback callback) {
  if (text == nullptr || size <= 0) return SQLITE_OK;
  const std::string_view view(text, static_cast<std::size_t>(size));
  try {
    if ((flags & FTS5_TOKENIZE_QUERY) != 0) return split_at_spaces(view, context, callback);
    Forward forward(context, callback);
    tokenize(view, forward);
    return forward.code();
  } catch (...) {  // only memory can run out; SQLite is C and must not see an exception
    return SQLITE_NOMEM;
  }
}

constexpr int kMaxColumns = 4;

// BM25's two parameters. Titles and tags are short by nature, so that their length says little.
constexpr double kSaturation = 1.2;
constexpr double kTextLength = 0.75;
constexpr double kFieldLength = 0.3;
constexpr std::array<double, kMaxColumns> kFieldBoosts = {4.0, 1.5, 1.5,
                                                          3.0};  // title, url, note, tags; text: 1

struct Averages {
  std::array<double, kMaxColumns> length{};
};

const Averages* averages_of(const Fts5ExtensionApi* api, Fts5Context* context, int columns) {
  if (const void* known = api->xGetAuxdata(context, 0)) return static_cast<const Averages*>(known);
  auto* averages = static_cast<Averages*>(std::calloc(1, sizeof(Averages)));
  if (averages == nullptr) return nullptr;
  sqlite3_int64 rows = 1;
  api->xRowCount(context, &rows);
  for (int column = 0; column < columns; ++column) {
    sqlite3_int64 tokens = 0;
    api->xColumnTotalSize(context, column, &tokens);
    averages->length[static_cast<std::size_t>(column)] =
        rows > 0 && tokens > 0 ? static_cast<double>(tokens) / static_cast<double>(rows) : 1.0;
  }
  if (api->xSetAuxdata(context, averages, &std::free) != SQLITE_OK) return nullptr;  // it has freed them
  return averages;
}

void match_function(const Fts5ExtensionApi* api, Fts5Context* context, sqlite3_context* result, int /*count*/,
                    sqlite3_value** /*arguments*/) {
  const int columns = std::min(api->xColumnCount(context), kMaxColumns);
  const Averages* averages = averages_of(api, context, columns);
  int instances = 0;
  int code = averages == nullptr ? SQLITE_NOMEM : api->xInstCount(context, &instances);
  std::array<int, kMaxColumns> counts{};
  for (int i = 0; i < instances && code == SQLITE_OK; ++i) {
    int phrase = 0;
    int column = 0;
    int offset = 0;
    code = api->xInst(context, i, &phrase, &column, &offset);
    if (column >= 0 && column < columns) ++counts[static_cast<std::size_t>(column)];
  }
  MatchWeight match;
  double best = 0;
  for (int column = 0; column < columns && code == SQLITE_OK; ++column) {
    const auto at = static_cast<std::size_t>(column);
    if (counts[at] == 0) continue;
    int tokens = 0;
    code = api->xColumnSize(context, column, &tokens);
    const double slope = columns == 1 ? kTextLength : kFieldLength;
    const double boost = columns == 1 ? 1.0 : kFieldBoosts[at];
    const double frequency = counts[at] / (1 - slope + slope * tokens / averages->length[at]);
    const double weight = boost * frequency * (kSaturation + 1) / (frequency + kSaturation);
    match.weight += weight;
    if (weight > best) {
      best = weight;
      match.column = column;
    }
  }
  if (code != SQLITE_OK) {
    sqlite3_result_error_code(result, code);
  } else {
    sqlite3_result_blob(result, &match, sizeof match, SQLITE_TRANSIENT);
  }
}

}  // namespace

int register_fts5(sqlite3* connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, nullptr);
  if (code != SQLITE_OK) return code;
  sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  sqlite3_step(statement);
  code = sqlite3_finalize(statement);
  if (code != SQLITE_OK) return code;
  if (api == nullptr) return SQLITE_ERROR;
  fts5_tokenizer tokenizer{&create_tokenizer, &delete_tokenizer, &run_tokenizer};
  code = api->xCreateTokenizer(api, "keepleaf", nullptr, &tokenizer, nullptr);
  if (code != SQLITE_OK) return code;
  return api->xCreateFunction(api, "keepleaf_match", nullptr, &match_function, nullptr);
}

std::string match_expression(const Phrase& phrase, Field field) {
  std::string expression;
  switch (field) {
    case Field::any:
      break;
    case Field::title:
      expression = "title : ";
      break;
    case Field::url:
      expression = "url : ";
      break;
    case Field::note:
      expression = "note : ";
      break;
  }
  expression += '"';
  for (std::size_t i = 0; i < phrase.tokens.size(); ++i) {
    if (i > 0) expression += ' ';
    for (char c : phrase.tokens[i]) {
      if (c == '"') expression += '"';
      expression += c;
    }
  }
  expression += '"';
  if (phrase.prefix) expression += " *";
  return expression;
}

}  // namespace keepleaf::index
