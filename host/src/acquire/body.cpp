#include "acquire/body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "acquire/media_type.h"

namespace keepleaf::acquire {
namespace {

constexpr std::size_t kHeld = 1U << 20;  // larger bodies go to the sink in pieces of this size

// The phrases of RFC 9110 section 15 that people meet; others are told by their number.
const char* phrase(int status) {
  static constexpr std::array<std::pair<int, const char*>, 13> kPhrases = {
      {{400, " Bad Request"},
       {401, " Unauthorized"},
       {403, " Forbidden"},
       {404, " Not Found"},
       {408, " Request Timeout"},
       {410, " Gone"},
       {429, " Too Many Requests"},
       {451, " Unavailable For Legal Reasons"},
       {500, " Internal Server Error"},
       {501, " Not Implemented"},
       {502, " Bad Gateway"},
       {503, " Service Unavailable"},
       {504, " Gateway Timeout"}}};
  const auto* const found = std::find_if(kPhrases.begin(), kPhrases.end(),
                                         [&](const auto& entry) { return entry.first == status; });
  return found == kPhrases.end() ? "" : found->second;
}

}  // namespace

Body::Body(Shared& shared, std::function<bool(const std::string&)> in_memory, std::uint64_t text_limit,
           std::function<void(Received)> done)
    : shared_(shared), in_memory_(std::move(in_memory)), text_limit_(text_limit), done_(std::move(done)) {}

Status Body::on_head(const net::Head& head) {
  head_ = head;
  if (head.status >= 200 && head.status < 300) return {};
  return fail(ErrorCode::http_status,
              "The server answered " + std::to_string(head.status) + phrase(head.status) + ".", "",
              head.status == 401 || head.status == 403
                  ? "Open the page in your browser and capture it from there."
                  : "");
}

void Body::decide() {
  if (std::exchange(decided_, true)) return;
  media_type_ = media_type_of(head_.content_type, bytes_);
  must_hold_ = in_memory_(media_type_);
}

Status Body::sink_failed(Error error) {
  if (!shared_.broken) shared_.broken = error;
  shared_.on_broken();
  return fail(std::move(error));
}

Status Body::spill() {
  if (!upload_) upload_ = shared_.writer.open();
  if (auto status = shared_.writer.append(*upload_, size_ - bytes_.size(), bytes_); !status)
    return sink_failed(std::move(status).error());
  bytes_.clear();
  return {};
}

Status Body::on_body(BytesView bytes) {
  if (shared_.broken) return fail(*shared_.broken);
  if (bytes.size() > shared_.bytes_left)
    return fail(ErrorCode::too_large, "Everything on the page together is larger than a capture may be.");
  shared_.bytes_left -= bytes.size();
  size_ += bytes.size();
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  if (bytes_.size() < kHeld) return {};
  decide();
  if (!must_hold_) return spill();
  if (bytes_.size() > text_limit_)
    return fail(ErrorCode::too_large,
                "The document is larger than " + std::to_string(text_limit_) + " bytes.");
  return {};
}

Result<Response> Body::finish(Result<net::Head> head) {
  if (shared_.broken) return fail(*shared_.broken);
  if (!head) return fail(std::move(head).error());
  decide();
  Response response;
  response.head = std::move(*head);
  response.media_type = media_type_;
  response.size = size_;
  if (!upload_) {
    if (must_hold_ && bytes_.size() > text_limit_)
      return fail(ErrorCode::too_large,
                  "The document is larger than " + std::to_string(text_limit_) + " bytes.");
    response.bytes = std::move(bytes_);
    return response;
  }
  if (!bytes_.empty()) KL_TRY(spill());
  auto object = shared_.writer.close(*upload_, size_);
  if (!object) {
    KL_TRY(sink_failed(std::move(object).error()));
  } else {
    response.object = *object;
  }
  return response;
}

void Body::on_end(Result<net::Head> head) {
  const int status = head ? head->status : head_.status;
  const auto retry_after = head ? head->retry_after : head_.retry_after;
  done_(Received{finish(std::move(head)), status, retry_after});
}

}  // namespace keepleaf::acquire
