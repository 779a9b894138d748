// The cores' multiply-add rate with everything in registers: what no kernel can beat, to hold the measured peak against.
//   g++ -O3 -march=native -pthread -o build/peak bench/peak.cpp && build/peak [threads, 1 by default]
#include <stdio.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

typedef float vec __attribute__((vector_size(64)));
constexpr int chains = 24, rounds = 20000, repeats = 50;

// About ten milliseconds of multiply-adds on sums that the compiler knows nothing of, so that none is left out.
__attribute__((noinline)) static float work(const volatile float* start) {
  vec sums[chains];
  for (vec& sum : sums) sum = vec{} + *start;
  const vec scale = vec{} + 0.999f, step = vec{} + 0.001f;
  for (int round = 0; round < rounds; round++)
#pragma GCC unroll 24
    for (int i = 0; i < chains; i++) sums[i] = sums[i] * scale + step;
  for (int i = 1; i < chains; i++) sums[0] += sums[i];
  return sums[0][0];
}

int main(int count, char** words) {
  const int threads = count > 1 ? atoi(words[1]) : 1;
  std::vector<float> checksums(threads);
  const volatile float zero = 0.0f;
  std::atomic<int> arrived{0};
  double best = 0;
  // All threads begin and end a repeat together, so that the rate is one that they reach at once.
  const auto meet = [&](int times) {
    arrived++;
    while (arrived < times * threads) {
    }
  };
  const auto run = [&](int thread) {
    for (int repeat = 0; repeat < repeats; repeat++) {
      meet(2 * repeat + 1);
      const auto start = std::chrono::steady_clock::now();
      checksums[thread] += work(&zero);
      meet(2 * repeat + 2);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      const double rate = 2.0 * 16 * chains * rounds * threads / seconds.count() / 1e9;
      if (thread == 0 && rate > best) best = rate;
    }
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; thread++) others.emplace_back(run, thread);
  run(0);
  for (std::thread& other : others) other.join();
  printf("%.1f GFLOP/s (checksum %g)\n", best, checksums[0]);
}
