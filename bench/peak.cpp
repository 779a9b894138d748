// One core's multiply-add rate with everything in registers: what no kernel can beat, to hold the measured peak against.
//   g++ -O3 -march=native -o build/peak bench/peak.cpp && build/peak
#include <stdio.h>

#include <chrono>

typedef float vec __attribute__((vector_size(64)));
constexpr int chains = 24, rounds = 20000;

int main() {
  vec sums[chains] = {};
  const vec scale = vec{} + 0.999f, step = vec{} + 0.001f;
  double best = 0;
  for (int repeat = 0; repeat < 50; repeat++) {
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; round++)
#pragma GCC unroll 24
      for (int i = 0; i < chains; i++) sums[i] = sums[i] * scale + step;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const double rate = 2.0 * 16 * chains * rounds / seconds.count() / 1e9;
    if (rate > best) best = rate;
  }
  for (int i = 1; i < chains; i++) sums[0] += sums[i];
  printf("%.1f GFLOP/s (checksum %g)\n", best, sums[0][0]);
}
