#include "acquire/run.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "net/host_name.h"
#include "net/target.h"
#include "url/url.h"

namespace keepleaf::acquire {
namespace {

constexpr std::size_t kPartsBatch = 500;

// `status`: the page's, 0 when it had none.
bool is_transient(ErrorCode code, int status) {
  if (code == ErrorCode::http_status) return status == 408 || status == 425 || status == 429 || status >= 500;
  return code == ErrorCode::network || code == ErrorCode::timeout || code == ErrorCode::busy;
}

bool host_is_unknown(const std::string& url) {
  const auto target = net::parse_target(url);
  return target && net::look_up(target->host) == net::HostName::unknown;
}

}  // namespace

Result<std::optional<capture::Committed>> begin_anew(capture::CaptureSink& sink, const capture::CaptureId& id,
                                                     const std::string& url) {
  KL_ASSIGN(capture::BeginOutcome begun, sink.begin(id, url, 0));
  if (begun.committed) return std::move(begun.committed);
  if (begun.state == capture::BeginState::resumed) {
    KL_TRY(sink.abort(id));
    KL_TRY(sink.begin(id, url, 0));
  }
  return std::optional<capture::Committed>();
}

Result<capture::Committed> commit(capture::CaptureSink& sink, const capture::CaptureId& id,
                                  const capture::Page& page, std::vector<capture::Part> parts,
                                  const std::stop_token& stop) {
  const auto count = static_cast<std::uint32_t>(parts.size());
  for (std::size_t at = 0; at < parts.size(); at += kPartsBatch) {
    const auto first = parts.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last = parts.begin() + static_cast<std::ptrdiff_t>(std::min(parts.size(), at + kPartsBatch));
    KL_TRY(sink.add_parts(id, {std::move_iterator(first), std::move_iterator(last)}));
  }
  if (stop.stop_requested()) return fail(ErrorCode::cancelled, "The capture was stopped.");
  return sink.commit(id, page, count);
}

Result<capture::Part> part_of_bytes(const Response& response, ObjectWriter& writer) {
  capture::Part root;
  root.role = "document";
  root.url = std::string(url::without_fragment(response.head.url));
  root.media_type = response.media_type;
  root.status = "ok";
  root.object = response.object;
  if (!root.object) {
    KL_ASSIGN(root.object, writer.put(response.bytes));
  }
  return root;
}

Outcome outcome_of(Result<capture::Committed> committed, const Answer& answer, const std::stop_token& stop) {
  Outcome outcome;
  if (!committed && !stop.stop_requested()) {
    const ErrorCode code = committed.error().code;
    outcome.transient = is_transient(code, answer.status);
    outcome.no_such_host = answer.status == 0 && code == ErrorCode::network && host_is_unknown(answer.url);
  }
  if (!committed) {
    outcome.retry_after = answer.retry_after;
    outcome.status = answer.status;
  }
  outcome.committed = std::move(committed);
  return outcome;
}

void Progress::reach(std::uint32_t per_mille) {
  if (per_mille <= reached_ || !tell_) return;
  reached_ = per_mille;
  tell_(per_mille);
}

std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  text.resize(limit);
  return text;
}

}  // namespace keepleaf::acquire
