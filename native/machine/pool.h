// Threads that carry out phases of work together; the caller is thread 0.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tombola {

class Pool {
 public:
  // Does one part of one phase, on one of the threads.
  using Work = std::function<void(int phase, int part, int thread)>;

  explicit Pool(int parts);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int parts() const { return int(threads_.size()) + 1; }
  // Runs work for every part of every phase, a phase once the one before it is done, and returns when all are. Thread p
  // takes part p, so that what it left in its caches serves it again; where its processor is busy elsewhere, another
  // thread takes the part, and nobody waits for a thread that holds none.
  void each(int phases, const Work& work);

 private:
  // Of the phases since the pool began, those below `end` are asked for; `work` counts its own from `begin`.
  struct Round {
    const Work* work;
    int64_t begin, end;
  };
  // On a cache line of its own.
  struct alignas(64) Part {
    std::atomic<int64_t> taken{0};  // phases whose turn at this part somebody took
  };

  void serve(int thread);
  void join(const Round& round, int thread);

  std::mutex mutex_;
  std::condition_variable changed_;
  Round round_{nullptr, 0, 0};
  bool closing_ = false;
  std::unique_ptr<Part[]> parts_;
  alignas(64) std::atomic<int> done_{0};  // parts of the current phase
  alignas(64) std::atomic<int64_t> phase_{0};
  std::vector<std::thread> threads_;
};

}  // namespace tombola
