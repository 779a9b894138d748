// Weight gradients of convolutions for the kept weights only, in the one order of convolution_gradient.h. The plan of
// src/program/convolution-jobs.ts puts weights of one output into jobs of up to 8, whose chains run side by side.
//
// Roofline: a step of a job of K weights does K multiply-adds for K + 1 loads of 64 bytes, so L1's load port binds at
// 0.85 of a multiply-add a cycle while x and dy are there. They are not: planes are larger, so that of every row that is
// met for the first time each pixel costs a line from L2, and 1 (weights far apart) to 0.6 lines (20 % of 3x3) go with a
// multiply-add, which halves that. Measured on one thread, counting kept weights at all pixels, GFLOP/s of 117 at
// 20 / 5 / 2 %: 67 / 49 / 36 at 16 x 32x32 within L3, 45 / 48 / 45 at 64 x 8x8, 50 / 40 / 30 at 512 x 4x4; where the
// activations come from memory at 22 GB/s (16 x 32x32, batch 128: 16 MB) 41 / 22 / 18.
#pragma once
#include "convolution_shape.h"

namespace tombola::TOMBOLA_ISA {

// Outputs that a tap has.
struct TapSpans {
  OutputSpan rows, columns;
};

// Where x of output 0, 0 would lie from the first pixel of a block, in floats; the tap; and the place of the result.
struct KeptWeight {
  int32_t offset, tap, place;
};

// Weights `first` to that of the next job, all of one output. In `inner` rows all of them meet the image in
// `inner_columns`, and each in its own part of `columns`; in other rows of `rows` each has its own.
struct GradientJob {
  int32_t output, first;
  OutputSpan rows, inner, columns, inner_columns;
};

struct GradientJobs {
  const ConvolutionShape& s;
  const float *dy, *x;
  const KeptWeight* weights;
  const TapSpans* taps;
  int rows, slots;
  int block, block_end;  // of the chain
  OutputSpan strip;      // rows of the outputs
};

TOMBOLA_INLINE OutputSpan common(OutputSpan a, OutputSpan b) {
  return {a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last};
}
TOMBOLA_INLINE bool within(int at, OutputSpan span) { return at >= span.first && at < span.last; }

// One row of outputs: dy's, and where it meets x from each weight's own offset.
struct GradientRow {
  const float* dy;
  ptrdiff_t x, x_pixel;
};

// A row that some weights have no part in: one weight after the other.
template <int K>
TOMBOLA_INLINE void multiply_apart(f32x16 (&sums)[K], const float* const (&x)[K], const GradientRow& row, int h,
                                   const KeptWeight* weights, const TapSpans* taps) {
#pragma GCC unroll 8
  for (int k = 0; k < K; k++) {
    const TapSpans& tap = taps[weights[k].tap];
    if (!within(h, tap.rows)) continue;
    for (int v = tap.columns.first; v < tap.columns.last; v++)
      sums[k] = fma(load(row.dy + v * width), load(x[k] + row.x + v * row.x_pixel), sums[k]);
  }
}

// Columns [first, last) of a row, in which some taps lie on padding.
template <int K>
TOMBOLA_INLINE void multiply_edge(f32x16 (&sums)[K], const float* const (&x)[K], const GradientRow& row, OutputSpan edge,
                                  const KeptWeight* weights, const TapSpans* taps) {
  for (int v = edge.first; v < edge.last; v++) {
    const f32x16 dy = load(row.dy + v * width);
#pragma GCC unroll 8
    for (int k = 0; k < K; k++)
      if (within(v, taps[weights[k].tap].columns)) sums[k] = fma(dy, load(x[k] + row.x + v * row.x_pixel), sums[k]);
  }
}

// Columns in which no tap lies on padding.
template <int K>
TOMBOLA_INLINE void multiply_together(f32x16 (&sums)[K], const float* const (&x)[K], const GradientRow& row,
                                      OutputSpan columns) {
  const float *dy = row.dy + columns.first * width, *end = row.dy + columns.last * width;
  for (ptrdiff_t at = row.x + columns.first * row.x_pixel; dy < end; dy += width, at += row.x_pixel) {
    const f32x16 d = load(dy);
#pragma GCC unroll 8
    for (int k = 0; k < K; k++) sums[k] = fma(d, load(x[k] + at), sums[k]);
  }
}

// The chains of K weights of a job over one strip, continued from and left in `parts` [K][16].
template <int K>
static void gradient_weights(const GradientJobs& g, const GradientJob& job, const KeptWeight* weights, float* parts) {
  const ConvolutionShape& s = g.s;
  const OutputSpan rows = common(job.rows, g.strip);
  const float* x[K];
  f32x16 sums[K];
#pragma GCC unroll 8
  for (int k = 0; k < K; k++) x[k] = g.x + weights[k].offset;
#pragma GCC unroll 8
  for (int k = 0; k < K; k++) sums[k] = g.strip.first == 0 ? zero() : load(parts + k * width);
  for (int block = g.block; block < g.block_end; block++) {
    const float* dy = g.dy + (ptrdiff_t(block) * s.outputs + job.output) * s.out_plane();
    const ptrdiff_t first = ptrdiff_t(block) * s.channels * s.in_plane();
    for (int h = rows.first; h < rows.last; h++) {
      const GradientRow row{dy + h * s.out_width * width, first + h * s.stride_height * s.width * width,
                            s.stride_width * width};
      if (within(h, job.inner)) {
        multiply_edge<K>(sums, x, row, {job.columns.first, job.inner_columns.first}, weights, g.taps);
        multiply_together<K>(sums, x, row, job.inner_columns);
        multiply_edge<K>(sums, x, row, {job.inner_columns.last, job.columns.last}, weights, g.taps);
      } else {
        multiply_apart<K>(sums, x, row, h, weights, g.taps);
      }
    }
  }
#pragma GCC unroll 8
  for (int k = 0; k < K; k++) store(parts + k * width, sums[k]);
}

// A job's weights in the widest steps that the registers hold.
template <int K>
static void gradient_job(const GradientJobs& g, const GradientJob& job, int first, int last, float* parts) {
  for (; first + K <= last; first += K, parts += K * width) gradient_weights<K>(g, job, g.weights + first, parts);
  if constexpr (K > 1)
    if (first < last) gradient_job<K - 1>(g, job, first, last, parts);
}

// Sums the lanes of the weights [first, last) and adds them to the results.
static void finish_jobs(const GradientJobs& g, int first, int last, const float* parts, float* dvalues) {
  float sums[width];
  for (int k = first; k < last; k++) {
    if ((k - first) % width == 0) sum_lanes(sums, parts + ptrdiff_t(k - first) * width);
    float& to = dvalues[g.weights[k].place];
    to = g.block == 0 ? sums[(k - first) % width] : to + sums[(k - first) % width];
  }
}

// One chain of the jobs [begin, end), in batches whose chains fit `slots`, which pass strips of `rows` rows together.
static void gradient_jobs(GradientJobs g, const GradientJob* jobs, int begin, int end, float* parts, float* dvalues) {
  for (int last; begin < end; begin = last) {
    const int base = jobs[begin].first;
    for (last = begin + 1; last < end && jobs[last + 1].first - base <= g.slots;) last++;
    for (int top = 0; top < g.s.out_height; top += g.rows) {
      g.strip = common({top, top + g.rows}, {0, g.s.out_height});
      for (int j = begin; j < last; j++) {
        float* own = parts + ptrdiff_t(jobs[j].first - base) * width;
        gradient_job<Tile::sparse>(g, jobs[j], jobs[j].first, jobs[j + 1].first, own);
      }
    }
    finish_jobs(g, base, jobs[last].first, parts, dvalues);
  }
}

// `start` and `column` are what the plan was made of.
TOMBOLA_INLINE void convolution_weight_gradient_sparse(const calls::convolution_weight_gradient_sparse& a, int begin, int end) {
  const ConvolutionShape& s = convolution_shape(a.shape);
  const GradientJob* jobs = reinterpret_cast<const GradientJob*>(a.jobs);
  const KeptWeight* weights = reinterpret_cast<const KeptWeight*>(a.weights);
  const TapSpans* taps = reinterpret_cast<const TapSpans*>(a.taps);
  const int step = chain_blocks(s);
  for (int block = 0; block < s.blocks; block += step) {
    const int block_end = block + step < s.blocks ? block + step : s.blocks;
    gradient_jobs({s, a.dy, a.x, weights, taps, a.rows, a.slots, block, block_end, {}}, jobs, begin, end,
                  a.context.scratch, a.dvalues);
  }
}

}  // namespace tombola::TOMBOLA_ISA
