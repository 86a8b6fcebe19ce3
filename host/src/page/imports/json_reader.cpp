#include "page/imports/json_reader.h"

#include <algorithm>
#include <optional>

#include "page/imports/clean.h"
#include "page/imports/json_chars.h"

namespace keepleaf::page {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxRecord = 64 << 20;  // bytes of texts
constexpr std::size_t kMaxPaths = 10'000;

// Follows where the parser is.
class Path {
 public:
  const std::string& text() const { return text_; }
  std::size_t depth() const { return open_.size(); }

  void key(std::string_view name) {
    text_.resize(open_.back());
    text_ += '.';
    text_ += name;
  }
  void open_object() { open_.push_back(text_.size()); }
  void open_array() {
    open_.push_back(text_.size());
    text_ += "[]";
  }
  // Back to where the object or array itself is.
  void close() {
    text_.resize(open_.back());
    open_.pop_back();
  }

 private:
  std::string text_;
  std::vector<std::size_t> open_;  // length of text_ at each open object or array
};

// The events of nlohmann's parser. It returns false to end the parsing, and then failure() says why.
class Events : public json::json_sax_t {
 public:
  explicit Events(JsonChars* chars) : chars_(chars) {}

  const std::optional<Error>& failure() const { return failure_; }

  bool null() override { return scalar(json()); }
  bool boolean(bool value) override { return scalar(json(value)); }
  bool number_integer(number_integer_t value) override { return scalar(json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return scalar(json(value)); }
  bool string(string_t& value) override { return scalar(json(std::move(value))); }
  bool binary(binary_t&) override { return false; }  // JSON texts have none
  bool key(string_t& name) override {
    ended();
    path_.key(name);
    return on_key(name);
  }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  // The parser's own words hold a piece of the text, which no message of ours may.
  bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
    const std::string_view words = error.what();
    const auto says = [words](std::string_view what) { return words.find(what) != std::string_view::npos; };
    const bool torn = says("unexpected end of input") || says("missing closing quote") ||
                      (says("invalid literal") && chars_ != nullptr && chars_->at_end());
    return fail_with(ErrorCode::bad_request,
                     torn ? "the file ends in the middle of its JSON" : "this is not JSON");
  }

 protected:
  virtual bool on_key(const std::string&) { return true; }
  virtual bool on_value(json&&) = 0;  // scalars
  virtual bool on_open(json&&) = 0;   // an empty object or array
  virtual bool on_close() = 0;

  const std::string& path() const { return path_.text(); }
  std::uint64_t line() const { return chars_ ? chars_->line() : 0; }
  bool fail_with(ErrorCode code, const std::string& what) {
    failure_ = Error{code, "line " + std::to_string(line()) + ": " + what};
    return false;
  }
  bool fail_with(Error error) {
    failure_ = std::move(error);
    return false;
  }

 private:
  void ended() {
    if (chars_) chars_->value_ended();
  }
  bool scalar(json&& value) {
    ended();
    return on_value(std::move(value));
  }
  bool open(json&& empty) {
    ended();
    if (path_.depth() >= kMaxDepth) return fail_with(ErrorCode::too_large, "JSON nested more than 64 deep");
    const bool object = empty.is_object();
    if (!on_open(std::move(empty))) return false;
    object ? path_.open_object() : path_.open_array();
    return true;
  }
  bool close() {
    ended();
    path_.close();
    return on_close();
  }

  JsonChars* chars_;
  Path path_;
  std::optional<Error> failure_;
};

// Builds the records and nothing else.
class RecordEvents final : public Events {
 public:
  RecordEvents(JsonChars& chars, const JsonRecords& wanted, ImportSink& sink, const TakeJson& take)
      : Events(&chars), wanted_(wanted), sink_(sink), take_(take) {}

 protected:
  bool on_key(const std::string& name) override {
    key_ = name;
    return true;
  }

  bool on_value(json&& value) override {
    if (stack_.empty()) {
      if (leaving_ == 0 && is_record()) sink_.skip({line(), "", "it is no record"});
      return true;
    }
    if (leaving_ > 0 || is_left()) return true;
    if (value.is_string()) size_ += value.get_ref<const std::string&>().size();
    if (++size_ > kMaxRecord) return fail_with(ErrorCode::too_large, "a record is larger than 64 MiB");
    put(std::move(value));
    return true;
  }

  bool on_open(json&& empty) override {
    if (stack_.empty()) {
      if (empty.is_object() && is_record()) {
        record_ = json::object();
        stack_.push_back(&record_);
        size_ = 0;
        begins_ = line();
      }
      return true;
    }
    if (leaving_ > 0 || is_left()) {
      ++leaving_;
      return true;
    }
    stack_.push_back(put(std::move(empty)));
    return true;
  }

  bool on_close() override {
    if (leaving_ > 0) {
      --leaving_;
      return true;
    }
    if (stack_.empty()) return true;
    stack_.pop_back();
    if (!stack_.empty()) return true;
    if (auto taken = take_(record_, begins_); !taken) return fail_with(std::move(taken).error());
    return true;
  }

 private:
  bool is_record() const {
    return std::find(wanted_.records.begin(), wanted_.records.end(), path()) != wanted_.records.end();
  }
  bool is_left() const {
    return stack_.size() == 1 &&
           std::find(wanted_.leave.begin(), wanted_.leave.end(), key_) != wanted_.leave.end();
  }
  json* put(json&& value) {
    json& parent = *stack_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    json& place = parent[key_];
    place = std::move(value);
    return &place;
  }

  const JsonRecords& wanted_;
  ImportSink& sink_;
  const TakeJson& take_;
  json record_;
  std::vector<json*> stack_;  // what is being built, the record first
  std::string key_;
  std::size_t leaving_ = 0;  // open objects and arrays that are not needed
  std::size_t size_ = 0;
  std::uint64_t begins_ = 0;
};

class PathEvents final : public Events {
 public:
  PathEvents() : Events(nullptr) {}
  std::set<std::string, std::less<>> paths;

 protected:
  bool on_value(json&&) override { return add(); }
  bool on_open(json&&) override { return add(); }
  bool on_close() override { return true; }

 private:
  bool add() {
    paths.insert(path());
    return paths.size() < kMaxPaths;
  }
};

}  // namespace

Status read_json(TextSource& source, const JsonRecords& wanted, ImportSink& sink, const TakeJson& take) {
  JsonChars chars(source);
  RecordEvents events(chars, wanted, sink, take);
  const bool parsed = json::sax_parse(chars.begin(), JsonChars::end(), &events);
  // What ended the characters early is the cause of whatever the parser found wrong.
  if (chars.error()) return fail(*chars.error());
  if (events.failure()) return fail(*events.failure());
  if (!parsed) return fail(ErrorCode::bad_request, "this is not JSON");
  return {};
}

Status read_json_file(const ImportFile& file, const JsonRecords& wanted, ImportSink& sink,
                      const TakeJson& take) {
  KL_ASSIGN(auto source, TextSource::open(file));
  KL_TRY(read_json(source, wanted, sink, take));
  note_replaced(source, sink);
  return {};
}

std::set<std::string, std::less<>> json_paths(std::string_view text) {
  PathEvents events;
  const auto bytes = as_bytes(text);
  const auto file = ImportFile::of_bytes({bytes.begin(), bytes.end()});
  auto source = TextSource::open(file);
  if (!source) return {};
  JsonChars chars(*source);
  json::sax_parse(chars.begin(), JsonChars::end(), &events, json::input_format_t::json, false);
  return std::move(events.paths);
}

const json* member(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const json& object, std::string_view name) {
  const json* value = member(object, name);
  return value && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag_of(const json& object, std::string_view name) {
  const json* value = member(object, name);
  if (!value) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_number_integer()) return value->get<std::int64_t>() == 1;
  const std::string text = text_of(object, name);
  return text == "1" || text == "true";
}

std::optional<UnixMs> time_of(const json& object, std::string_view name) {
  const json* value = member(object, name);
  if (!value) return std::nullopt;
  if (value->is_number_integer()) return any_time(std::to_string(value->get<std::int64_t>()));
  return any_time(text_of(object, name));
}

std::vector<std::string> tags_of(const json& object, std::string_view name, std::string_view key) {
  std::vector<std::string> tags;
  const json* list = member(object, name);
  if (!list || !list->is_array()) return tags;
  for (const json& entry : *list) {
    std::string tag = entry.is_string() ? entry.get<std::string>() : text_of(entry, key);
    if (tag = tag_path(tag); !tag.empty()) tags.push_back(std::move(tag));
  }
  return tags;
}

}  // namespace keepleaf::page
