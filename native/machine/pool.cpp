#include "pool.h"

namespace tombola {

// Spins before giving the processor away: about as long as a short kernel, which is shorter than a wake-up.
constexpr int patience = 4000;

Pool::Pool(int parts) : parts_(new Part[parts]) {
  for (int thread = 1; thread < parts; thread++) threads_.emplace_back([this, thread] { serve(thread); });
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::each(int phases, const Work& work) {
  Round round;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    round = round_ = {&work, round_.end, round_.end + phases};
  }
  changed_.notify_all();
  join(round, 0);
}

void Pool::serve(int thread) {
  for (int64_t seen = 0;;) {
    Round round;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return closing_ || round_.end != seen; });
      if (closing_) return;
      round = round_;
    }
    seen = round.end;
    join(round, thread);
  }
}

// A thread may come late, even after the end of the round, when work is gone: it is touched by who took a part alone, and
// a phase with a part that is taken but not done does not end.
void Pool::join(const Round& round, int thread) {
  const int count = parts();
  for (int64_t phase; (phase = phase_.load(std::memory_order_acquire)) < round.end;) {
    for (int i = 0; i < count; i++) {
      const int part = (thread + i) % count;
      std::atomic<int64_t>& taken = parts_[part].taken;
      int64_t turn = taken.load(std::memory_order_relaxed);  // looking takes no cache line from who works
      if (turn != phase || !taken.compare_exchange_strong(turn, phase + 1, std::memory_order_relaxed)) continue;
      (*round.work)(int(phase - round.begin), part, thread);
      if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 < count) continue;
      done_.store(0, std::memory_order_relaxed);
      phase_.store(phase + 1, std::memory_order_release);
    }
    for (int spins = 0; phase_.load(std::memory_order_acquire) == phase; spins++)
      if (spins > patience) std::this_thread::yield();
  }
}

}  // namespace tombola
