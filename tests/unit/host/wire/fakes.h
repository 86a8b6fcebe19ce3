// Both ends of a port and a sink, in memory: tests feed bytes in any portions, block, tear and fail.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/hex.h"
#include "protocol/handler.h"
#include "wire/frame.h"
#include "wire/stream.h"

namespace keepleaf::test {

using Json = nlohmann::ordered_json;

inline std::string raw_frame(std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  std::string out(4, '\0');
  std::memcpy(out.data(), &length, 4);
  return out.append(text);
}
inline std::string frame(const Json& json) { return raw_frame(json.dump()); }

// What is fed can be read, at most `portion` bytes at a time; read() waits while there is nothing.
class FedSource final : public wire::ByteSource {
 public:
  explicit FedSource(std::size_t portion = 1U << 20) : portion_(portion) {}

  void feed(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    bytes_.append(bytes);
    changed_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  Result<std::size_t> read(std::span<char> into) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return interrupted_ || ended_ || !bytes_.empty(); });
    if (interrupted_) return std::size_t{0};
    const std::size_t count = std::min({portion_, into.size(), bytes_.size()});
    std::memcpy(into.data(), bytes_.data(), count);
    bytes_.erase(0, count);
    return count;
  }
  void interrupt() override {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  std::size_t portion_;
  bool ended_ = false;
  bool interrupted_ = false;
};

// Keeps the frames that were written; can be closed, as a browser that goes away closes it.
class KeptSink final : public wire::ByteSink {
 public:
  Status write(BytesView head, BytesView body) override {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(ErrorCode::cancelled, "closed");
    std::uint32_t length = 0;
    std::memcpy(&length, head.data(), head.size());
    if (head.size() != 4 || length != body.size()) return fail(ErrorCode::internal, "torn frame");
    messages_.push_back(Json::parse(as_text(body)));
    changed_.notify_all();
    return {};
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  // Waits until there are `count` messages.
  std::vector<Json> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return messages_.size() >= count; });
    return messages_;
  }
  std::vector<Json> messages() {
    const std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Json> messages_;
  bool closed_ = false;
};

// A CaptureSink over strings, as strict about offsets as the real one.
class StringSink final : public capture::CaptureSink {
 public:
  struct Upload {
    std::string bytes;
    std::size_t durable = 0;
    bool complete = false;
  };
  std::map<capture::UploadNumber, Upload> uploads;
  bool open = false;
  bool committed = false;
  int syncs = 0;
  std::optional<Error> fail_writes;
  std::optional<Error> fail_syncs;

  Result<capture::BeginOutcome> begin(const capture::CaptureId&, const std::string&, std::uint64_t) override {
    capture::BeginOutcome outcome;
    if (committed)
      outcome = {capture::BeginState::committed, {}, capture::Committed{}};
    else if (open)
      outcome.state = capture::BeginState::resumed;
    open = !committed;
    for (const auto& [number, upload] : uploads) outcome.uploads.push_back(state(number));
    return outcome;
  }
  Result<std::vector<bool>> have(const capture::CaptureId&,
                                 const std::vector<Sha256Digest>& digests) override {
    return std::vector<bool>(digests.size(), false);
  }
  Result<capture::UploadState> write(const capture::CaptureId&, capture::UploadNumber number,
                                     std::uint64_t offset, BytesView bytes) override {
    if (fail_writes) return fail(Error(*fail_writes));
    Upload& upload = uploads[number];
    if (offset > upload.bytes.size()) return fail(ErrorCode::gap, "a gap");
    const std::size_t known = upload.bytes.size() - offset;
    if (bytes.size() > known) upload.bytes.append(as_text(bytes.subspan(known)));
    return state(number);
  }
  Result<std::vector<capture::UploadState>> sync(const capture::CaptureId&) override {
    ++syncs;
    if (fail_syncs) return fail(Error(*fail_syncs));
    std::vector<capture::UploadState> states;
    for (auto& [number, upload] : uploads) {
      upload.durable = upload.bytes.size();
      if (!upload.complete) states.push_back(state(number));
    }
    return states;
  }
  Result<capture::UploadState> end_upload(const capture::CaptureId&, capture::UploadNumber number,
                                          std::uint64_t size, const std::optional<Sha256Digest>&) override {
    Upload& upload = uploads[number];
    if (upload.bytes.size() != size) {
      uploads.erase(number);
      return fail(ErrorCode::digest_mismatch, "another size");
    }
    upload.complete = true;
    return state(number);
  }
  Result<std::uint32_t> add_parts(const capture::CaptureId&, std::vector<capture::Part> parts) override {
    return static_cast<std::uint32_t>(parts.size());
  }
  Result<capture::Committed> commit(const capture::CaptureId&, const capture::Page&, std::uint32_t) override {
    committed = true;
    open = false;
    return capture::Committed{};
  }
  Status abort(const capture::CaptureId&) override {
    uploads.clear();
    open = false;
    return {};
  }

 private:
  capture::UploadState state(capture::UploadNumber number) {
    const Upload& upload = uploads[number];
    std::optional<Sha256Digest> object;
    if (upload.complete) object = sha256(as_bytes(upload.bytes));
    return {number, upload.bytes.size(), upload.durable, object};
  }
};

class FakeHandler : public protocol::Handler {
 public:
  StringSink sink;
  std::optional<Error> cannot_open;
  std::function<void()> on_hello;
  std::function<Result<protocol::ResponseBody>(const protocol::RequestBody&)> on_request;

  Result<protocol::ResponseBody> handle(const protocol::RequestBody& body) override {
    if (std::holds_alternative<protocol::Hello>(body)) {
      if (on_hello) on_hello();
      return protocol::HelloReply{};
    }
    if (on_request) return on_request(body);
    return protocol::Pong{};
  }
  Result<capture::CaptureSink*> captures() override {
    if (cannot_open) return fail(Error(*cannot_open));
    return &sink;
  }
};

inline const Uuid kCapture = Uuid::parse("019aa9f0-5c00-7000-8000-000000000001").value();
inline const Uuid kOtherCapture = Uuid::parse("019aa9f0-5c00-7000-8000-000000000002").value();

inline Json request(int id, const std::string& type, Json body = Json::object()) {
  return {{"v", 1}, {"id", id}, {"type", type}, {"body", std::move(body)}};
}
inline Json hello(int id = 0) {
  return request(
      id, "hello",
      {{"protocol", {1, 1}}, {"client", "cli"}, {"client_version", "1"}, {"capabilities", Json::array()}});
}
inline Json begin(int id) {
  return request(id, "capture.begin", {{"capture", kCapture.str()}, {"url", "https://a.example/"}});
}
inline Json chunk(int id, std::uint32_t upload, std::uint64_t offset, const std::string& bytes) {
  const std::uint32_t crc = crc32c(as_bytes(bytes));
  const Bytes digits = {static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
                        static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
  return request(id, "capture.chunk",
                 {{"capture", kCapture.str()},
                  {"upload", upload},
                  {"offset", offset},
                  {"crc32c", to_hex(digits)},
                  {"data", base64_encode(as_bytes(bytes))}});
}

}  // namespace keepleaf::test
