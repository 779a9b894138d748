#include "pool.h"

namespace tombola {

// Spins before giving the processor away: about as long as a short kernel.
constexpr int patience = 4000;

Pool::Pool(int parts) {
  for (int part = 1; part < parts; part++) threads_.emplace_back([this, part] { serve(part); });
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::each(const std::function<void(int)>& work) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    work_ = &work;
    round_++;
  }
  changed_.notify_all();
  work(0);
  barrier();
}

void Pool::barrier() {
  const long phase = phase_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == parts()) {
    arrived_.store(0, std::memory_order_relaxed);
    phase_.store(phase + 1, std::memory_order_release);
    return;
  }
  for (int spins = 0; phase_.load(std::memory_order_acquire) == phase; spins++)
    if (spins > patience) std::this_thread::yield();
}

void Pool::serve(int part) {
  for (long seen = 0;;) {
    const std::function<void(int)>* work;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return closing_ || round_ != seen; });
      if (closing_) return;
      seen = round_;
      work = work_;
    }
    (*work)(part);
    barrier();
  }
}

}  // namespace tombola
