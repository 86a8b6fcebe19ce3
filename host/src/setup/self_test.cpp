#include "setup/self_test.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/os/process.h"
#include "base/unicode.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::uint32_t kReplyLimit = 1U << 20;  // above it browsers close the port

std::string frame(const std::string& text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + text;
}

std::optional<std::uint32_t> frame_length(std::string_view out) {
  std::uint32_t length = 0;
  if (out.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, out.data(), sizeof length);
  return length;
}

bool has_frame(std::string_view out) {
  const auto length = frame_length(out);
  return length && (*length > kReplyLimit || out.size() >= sizeof *length + *length);
}

std::string last_words(const std::string& err) {
  auto text = to_valid_utf8(utf8_prefix(err, 300));
  while (text.ends_with('\n')) text.pop_back();
  return text.empty() ? "it said nothing" : "it said: " + text;
}

Result<HostAnswer> read_answer(std::string_view payload) {
  const auto bad = [](const char* what) {
    return fail(ErrorCode::bad_frame, std::string("the host's answer to hello is ") + what);
  };
  const auto document = json::parse(payload, nullptr, false);
  if (document.is_discarded() || !document.is_object()) return bad("no JSON");
  try {
    if (document.contains("error"))
      return fail(ErrorCode::internal,
                  "the host refuses hello: " + document["error"].at("message").get<std::string>());
    const auto& body = document.at("body");
    HostAnswer answer;
    answer.version = body.at("host").at("version").get<std::string>();
    const auto& library = body.at("library");
    answer.library = library.at("path").get<std::string>();
    answer.read_only = library.value("read_only", false);
    answer.free_bytes = body.value("free_bytes", std::uint64_t{0});
    if (library.contains("error") && library["error"].is_object()) {
      const auto& error = library["error"];
      Error told{ErrorCode::internal, error.at("message").get<std::string>(), error.value("kept", ""),
                 error.value("next", "")};
      const auto code = error.at("code").get<std::string>();
      for (std::size_t i = 0; i < kErrorCodeNames.size(); ++i)
        if (kErrorCodeNames[i] == code) told.code = static_cast<ErrorCode>(i);
      answer.library_error = std::move(told);
    }
    return answer;
  } catch (const json::exception&) {
    return bad("not what the protocol says");
  }
}

Status check_startable(const fs::path& host) {
  switch (os::startable(host)) {
    case os::Startable::yes:
      return {};
    case os::Startable::missing:
      return fail(ErrorCode::not_found, "there is no " + host.string());
    case os::Startable::not_a_file:
      return fail(ErrorCode::io, host.string() + " is not a file");
    case os::Startable::noexec:
      return fail(ErrorCode::io, host.string() + " lies on a file system that is mounted noexec");
    case os::Startable::not_executable:
      return fail(ErrorCode::io, host.string() + " is not executable");
  }
  return {};
}

}  // namespace

Result<HostAnswer> ask_host(const HostCall& call) {
  KL_TRY(check_startable(call.host));
  os::RunOptions options;
  options.program = call.host;
  if (call.family == Family::chromium)
    options.arguments = {"chrome-extension://" + call.id + "/"};
  else
    options.arguments = {call.manifest.string(), call.id};
  options.environment = call.environment;
  options.folder = call.host.parent_path();
  const json hello = {{"v", 1},
                      {"id", 1},
                      {"type", "hello"},
                      {"body",
                       {{"protocol", {1, 1}},
                        {"client", "cli"},
                        {"client_version", "self-test"},
                        {"capabilities", json::array()}}}};
  options.input = frame(hello.dump());
  options.enough = has_frame;
  options.deadline = call.deadline;
  KL_ASSIGN(const auto result, os::run(options));

  const auto length = frame_length(result.out);
  if (length && *length > kReplyLimit)
    return fail(ErrorCode::bad_frame, "the host writes something else than frames to stdout, beginning: " +
                                          to_valid_utf8(utf8_prefix(result.out, 60)));
  if (!has_frame(result.out)) {
    if (result.timed_out)
      return fail(ErrorCode::timeout, "the host did not answer within " +
                                          std::to_string(call.deadline.count() / 1000) + " seconds; " +
                                          last_words(result.err));
    const auto end = result.signal ? "was ended by signal " + std::to_string(*result.signal)
                                   : "ended with exit code " + std::to_string(result.exit_code.value_or(-1));
    return fail(ErrorCode::internal, "the host " + end + " without an answer; " + last_words(result.err));
  }
  if (result.timed_out)
    return fail(ErrorCode::timeout, "the host answered, but did not end when its input was closed");
  return read_answer(std::string_view(result.out).substr(sizeof *length, *length));
}

std::vector<std::string> browser_environment(const Environment& environment, const MachinePaths& paths,
                                             const std::optional<fs::path>& scratch) {
  std::vector<std::string> result = {"HOME=" + paths.home.string(), "PATH=/usr/local/bin:/usr/bin:/bin"};
  for (const char* name :
       {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) {
    if (scratch && std::string_view(name) == "XDG_STATE_HOME") continue;
    if (const auto value = environment(name)) result.push_back(std::string(name) + "=" + *value);
  }
  if (scratch) {
    result.push_back("KEEPLEAF_LIBRARY=" + (*scratch / "library").string());
    result.push_back("XDG_STATE_HOME=" + (*scratch / "state").string());
  }
  return result;
}

}  // namespace keepleaf::setup
