#include "wire/serve.h"

#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>

#include "base/bounded_queue.h"
#include "protocol/codec.h"
#include "wire/capture_session.h"
#include "wire/frame.h"
#include "wire/port_transport.h"

namespace keepleaf::wire {
namespace {

// What the reader hands to the worker: a request, or what is to be answered to something that was none.
using Incoming = std::variant<protocol::Request, protocol::DecodeFailure>;
using Queue = BoundedQueue<Incoming>;

template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};
template <class... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

// What the worker is at, for the one who waits for its end.
class Progress {
 public:
  enum class At : unsigned char { waiting, request, capture, done };

  void set(At at) {
    {
      const std::lock_guard lock(mutex_);
      at_ = at;
    }
    changed_.notify_all();
  }
  // Waits until the worker is done; false after `longest`, or as soon as it is at a request while
  // `only_captures`.
  bool wait_done(std::chrono::milliseconds longest, bool only_captures) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest,
                      [&] { return at_ == At::done || (only_captures && at_ == At::request); });
    return at_ == At::done;
  }
  // From now on only captures are worth finishing.
  void hurry() {
    const std::lock_guard lock(mutex_);
    hurried_ = true;
  }
  bool hurried() const {
    const std::lock_guard lock(mutex_);
    return hurried_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  At at_ = At::waiting;
  bool hurried_ = false;
};

// Reads and decodes until the end of input, an interrupt, a lost stream or a closed queue.
class Reader {
 public:
  Reader(ByteSource& source, Queue& queue) : frames_(source, protocol::Decoder::padding()), queue_(queue) {}

  int run() {
    while (true) {
      auto frame = frames_.next();
      // An input that cannot be read has ended, whatever the reason.
      if (!frame || frame->kind == FrameKind::end) return kExitDone;
      if (frame->kind == FrameKind::lost) {
        refuse(ErrorCode::bad_frame, "the frame length " + std::to_string(frame->length) +
                                         " is more than any browser sends; what follows can't be understood");
        return kExitStreamLost;
      }
      const bool taken =
          frame->kind == FrameKind::too_large
              ? refuse(ErrorCode::too_large, "the frame has " + std::to_string(frame->length) +
                                                 " bytes, more than limits.frame_in (" +
                                                 std::to_string(protocol::kLimits.frame_in) + ")")
              : decode(*frame);
      if (!taken) return kExitDone;
    }
  }

 private:
  // What an element takes beside its bytes, roughly; keeps a flood of tiny frames bounded.
  static constexpr std::size_t kOverhead = 512;

  bool decode(const Frame& frame) {
    auto request = decoder_.decode(frame.text, frame.length);
    if (!request) return queue_.push(std::move(request).error(), frame.length + kOverhead);
    return queue_.push(std::move(*request), frame.length + kOverhead);
  }
  bool refuse(ErrorCode code, std::string message) {
    protocol::DecodeFailure failure;
    failure.error = Error{code, std::move(message), "Nothing was changed.", {}};
    return queue_.push(std::move(failure), kOverhead);
  }

  FrameReader frames_;
  protocol::Decoder decoder_;
  Queue& queue_;
};

class Worker {
 public:
  Worker(ByteSink& sink, const ServeOptions& options, Queue& queue, Progress& progress,
         std::function<void()> stop_reading)
      : writer_(sink),
        queue_(queue),
        progress_(progress),
        stop_reading_(std::move(stop_reading)),
        handler_(options.make_handler()),
        captures_(*handler_, [this](const protocol::Event& event) { write(protocol::encode(event)); }) {}

  void run() {
    while (true) {
      progress_.set(Progress::At::waiting);
      auto incoming = queue_.pop(captures_.next_deadline());
      if (!incoming && queue_.finished()) break;
      if (incoming) take(*incoming);
      progress_.set(Progress::At::capture);
      captures_.on_time(std::chrono::steady_clock::now());
    }
    progress_.set(Progress::At::capture);
    captures_.finish();
  }

 private:
  void take(Incoming& incoming) {
    if (auto* failure = std::get_if<protocol::DecodeFailure>(&incoming)) return answer_failure(*failure);
    const auto& request = std::get<protocol::Request>(incoming);
    const std::string type(protocol::type_name(request.body));
    // hello opens the library, which may be slow, and captures may stand behind it: it is worth as much as
    // they are.
    const bool is_capture =
        type.starts_with("capture.") || std::holds_alternative<protocol::Hello>(request.body);
    const bool is_hello = std::holds_alternative<protocol::Hello>(request.body);
    if (progress_.hurried() && !is_capture && !is_hello) return;
    progress_.set(is_capture ? Progress::At::capture : Progress::At::request);
    if (!greeted_ && !is_hello)
      return respond(
          {request.id, type,
           fail(ErrorCode::bad_request, "hello must be the first request of a port", {}, "Send hello.")});
    if (const auto* chunk = std::get_if<protocol::CaptureChunk>(&request.body)) return take_chunk(*chunk);
    auto body = handle(request.body);
    if (body && std::holds_alternative<protocol::HelloReply>(*body)) greeted_ = true;
    respond({request.id, type, std::move(body)});
  }

  void take_chunk(const protocol::CaptureChunk& chunk) {
    try {
      captures_.chunk(chunk, std::chrono::steady_clock::now());
    } catch (const std::exception& exception) {
      captures_.broken_chunk(chunk.capture, chunk.upload, failure_of(exception));
    }
  }

  static Error failure_of(const std::exception& exception) {
    return Error{ErrorCode::internal, std::string("the host failed: ") + exception.what(),
                 "What was accepted before is kept.", "Try again; when it fails again, report it."};
  }

  // An exception is a bug or a lack of memory; it must cost this request and not the captures beside it.
  Result<protocol::ResponseBody> handle(const protocol::RequestBody& body) {
    try {
      return std::visit(
          Overloaded{[&](const protocol::CaptureBegin& request) { return captures_.handle(request); },
                     [&](const protocol::CaptureHave& request) { return captures_.handle(request); },
                     [&](const protocol::CaptureEndUpload& request) { return captures_.handle(request); },
                     [&](const protocol::CaptureParts& request) { return captures_.handle(request); },
                     [&](const protocol::CaptureCommit& request) { return captures_.handle(request); },
                     [&](const protocol::CaptureAbort& request) { return captures_.handle(request); },
                     [&](const auto&) { return handler_->handle(body); }},
          body);
    } catch (const std::exception& exception) {
      return fail(failure_of(exception));
    }
  }

  void answer_failure(protocol::DecodeFailure& failure) {
    if (failure.capture && greeted_)
      return captures_.broken_chunk(*failure.capture, failure.upload.value_or(0), failure.error);
    respond({failure.id, failure.type, fail(std::move(failure.error))});
  }

  void respond(const protocol::Response& response) { write(protocol::encode(response)); }

  // When nobody reads any more, nobody writes any more either: what arrived is finished, and that is the end.
  void write(const std::string& text) {
    if (gone_) return;
    if (writer_.write(text)) return;
    gone_ = true;
    stop_reading_();
  }

  FrameWriter writer_;
  Queue& queue_;
  Progress& progress_;
  std::function<void()> stop_reading_;
  std::unique_ptr<protocol::Handler> handler_;
  CaptureSession captures_;
  bool greeted_ = false;
  bool gone_ = false;
};

}  // namespace

// The order of the end: the reader ends (input, interrupt, lost stream, or the worker found the port closed)
// → the queue is closed → the worker handles what is in it, syncs and lets go of the library → both threads
// are joined. A worker that takes longer than its grace is abandoned together with the process.
int serve(ByteSource& source, ByteSink& sink, ServeOptions options) {
  Queue queue(options.queue_bytes);
  Progress progress;
  int exit_code = kExitDone;

  std::jthread reader([&](const std::stop_token& stop) {
    const std::stop_callback interrupt(stop, [&] { source.interrupt(); });
    exit_code = Reader(source, queue).run();
    queue.close();
  });
  std::jthread worker([&] {
    {
      Worker(sink, options, queue, progress, [&] {
        queue.close();
        reader.request_stop();
      }).run();
    }
    progress.set(Progress::At::done);
  });

  reader.join();
  if (!progress.wait_done(options.grace, false)) {
    progress.hurry();
    if (!progress.wait_done(options.capture_grace, true)) {
      if (options.abandon)
        options.abandon(exit_code);
      else
        std::_Exit(exit_code);
    }
  }
  worker.join();
  return exit_code;
}

int serve_host(ServeOptions options) {
  auto port = os::Port::take_over_stdio();
  if (!port) return kExitFailed;
  PortTransport transport(std::move(*port));
  return serve(transport, transport, std::move(options));
}

}  // namespace keepleaf::wire
