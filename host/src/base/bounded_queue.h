// A queue between two threads that is bounded by what its elements weigh, not by how many they are: it is
// what keeps a process's memory constant however fast the other side sends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace keepleaf {

template <class T>
class BoundedQueue {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // Waits for room. An element heavier than the whole queue is taken once the queue is empty. False when the
  // queue is closed, before or while waiting; the element is dropped then.
  bool push(T element, std::size_t weight) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || elements_.empty() || weight_ + weight <= capacity_; });
    if (closed_) return false;
    weight_ += weight;
    elements_.push_back({std::move(element), weight});
    lock.unlock();
    filled_.notify_one();
    return true;
  }

  // Waits for an element until `deadline` (none: for ever). Nothing after the deadline, or when the queue is
  // closed and empty: finished() tells which.
  std::optional<T> pop(std::optional<TimePoint> deadline = std::nullopt) {
    std::unique_lock lock(mutex_);
    const auto ready = [&] { return closed_ || !elements_.empty(); };
    if (deadline)
      filled_.wait_until(lock, *deadline, ready);
    else
      filled_.wait(lock, ready);
    if (elements_.empty()) return std::nullopt;
    Entry entry = std::move(elements_.front());
    elements_.pop_front();
    weight_ -= entry.weight;
    lock.unlock();
    room_.notify_all();
    return std::move(entry.element);
  }

  // Nothing can be pushed any more; what is in it can still be popped. May be called again, from any thread.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    filled_.notify_all();
  }

  // Closed and empty: pop() will never answer an element again.
  bool finished() const {
    const std::lock_guard lock(mutex_);
    return closed_ && elements_.empty();
  }

  std::size_t weight() const {
    const std::lock_guard lock(mutex_);
    return weight_;
  }

 private:
  struct Entry {
    T element;
    std::size_t weight;
  };
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable filled_;
  std::deque<Entry> elements_;
  std::size_t weight_ = 0;
  bool closed_ = false;
};

}  // namespace keepleaf
