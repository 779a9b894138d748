// Threads that wait for work and meet at barriers; the caller is part 0.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tombola {

class Pool {
 public:
  explicit Pool(int parts);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int parts() const { return int(threads_.size()) + 1; }
  // Runs work(part) on every part and returns when all are done.
  void each(const std::function<void(int)>& work);
  // Returns once every part of the current work has come here; spins, since kernels are shorter than a wake-up.
  void barrier();

 private:
  void serve(int part);

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(int)>* work_ = nullptr;
  long round_ = 0;
  bool closing_ = false;
  std::atomic<int> arrived_{0};
  std::atomic<long> phase_{0};
  std::vector<std::thread> threads_;
};

}  // namespace tombola
