// Weight gradients of convolutions with every weight stored: dw[o,c,a,b] = sum over lane blocks, rows h, columns v and
// lanes of dy[o][h][v] x[c][h stride + a dilation - pad][v stride + b dilation - pad], taps on padding left out.
//
// The one order of every kernel: per lane a chain of fused multiply-adds over h, v ascending of each of `chain_blocks`
// blocks; then the lanes by the one tree; then the chains' sums, ascending. Neither tile nor thread nor width changes a bit.
//
// Roofline: a tile of R outputs x C channels x B neighbouring taps does R C B multiply-adds for R + C B loads and, where
// a plane does not fit L1, R + C lines from L2. On AVX-512 that is 24 multiply-adds for 10 loads and 6 lines (3x3), or
// for 10 loads and 10 lines (1x1), so arithmetic binds in the first and L2 nearly in the second. Measured on one thread
// (ResNet-20 and VGG, batch 128): 80 to 85 % of the multiply-adds' peak at 32x32 to 8x8, 65 to 80 % at 4x4, 50 % at 2x2,
// where a chain is short; with strides of 2 65 to 75 %, 1x1 60 to 65 %. The taps on padding, which peers multiply too,
// are not counted in this: counted, 4x4 and 2x2 reach 95 to 130 %.
#pragma once
#include "convolution_shape.h"

namespace tombola::TOMBOLA_ISA {

// One chain of all weights.
struct GradientChain {
  const ConvolutionShape& s;
  float* dw;
  ptrdiff_t stride;
  const float *dy, *x;
  int block, block_end;
};

// Output columns of neighbouring taps: all of them meet the image in [left, right), all but the first in [first, left),
// all but the last in [right, last).
struct TapColumns {
  int first, left, right, last;
};

// A tile's first output, channel and tap; `channel` counts those of all groups.
struct GradientPlace {
  int output, channel, a, b;
  TapColumns columns;
};

// How far the operands of a tile lie apart, in floats.
struct GradientSteps {
  ptrdiff_t dy_plane, x_plane, x_pixel, tap;
};

// sums[r][c][b] += dy[r] x[c] over a run of pixels, for the taps [From, To) of B.
template <int R, int C, int B, int From, int To>
TOMBOLA_INLINE void multiply_run(f32x16 (&sums)[R * C * B], const GradientSteps& step, const float* dy, const float* x,
                                 int pixels) {
  for (int pixel = 0; pixel < pixels; pixel++, dy += width, x += step.x_pixel) {
    f32x16 d[R];
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) d[r] = load(dy + r * step.dy_plane);
#pragma GCC unroll 8
    for (int c = 0; c < C; c++)
#pragma GCC unroll 8
      for (int b = From; b < To; b++) {
        const f32x16 at = load(x + c * step.x_plane + b * step.tap);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) sums[(r * C + c) * B + b] = fma(d[r], at, sums[(r * C + c) * B + b]);
      }
  }
}

// One row of outputs.
template <int R, int C, int B>
TOMBOLA_INLINE void multiply_row(f32x16 (&sums)[R * C * B], const GradientSteps& step, const float* dy, const float* x,
                                 const TapColumns& v) {
  if constexpr (B > 1)
    multiply_run<R, C, B, 1, B>(sums, step, dy + v.first * width, x + v.first * step.x_pixel, v.left - v.first);
  multiply_run<R, C, B, 0, B>(sums, step, dy + v.left * width, x + v.left * step.x_pixel, v.right - v.left);
  if constexpr (B > 1)
    multiply_run<R, C, B, 0, B - 1>(sums, step, dy + v.right * width, x + v.right * step.x_pixel, v.last - v.right);
}

// The chains of one tile before the tree, [R][C][B][16].
template <int R, int C, int B>
static void gradient_tile(const GradientChain& chain, const GradientPlace& p, float* parts) {
  const ConvolutionShape& s = chain.s;
  const GradientSteps step{s.out_plane(), s.in_plane(), s.stride_width * width, s.dilation_width * width};
  const ptrdiff_t row = p.a * s.dilation_height - s.pad_height, column = p.b * s.dilation_width - s.pad_width;
  const OutputSpan rows = rows_of_tap(s, p.a);
  f32x16 sums[R * C * B];
#pragma GCC unroll 32
  for (int n = 0; n < R * C * B; n++) sums[n] = zero();
  for (int block = chain.block; block < chain.block_end; block++) {
    const float* dy = chain.dy + (ptrdiff_t(block) * s.outputs + p.output) * step.dy_plane;
    const float* x = chain.x + (ptrdiff_t(block) * s.channels + p.channel) * step.x_plane;
    for (int h = rows.first; h < rows.last; h++)
      multiply_row<R, C, B>(sums, step, dy + ptrdiff_t(h) * s.out_width * width,
                            x + ((h * s.stride_height + row) * s.width + column) * width, p.columns);
  }
#pragma GCC unroll 32
  for (int n = 0; n < R * C * B; n++) store(parts + n * width, sums[n]);
}

// Up to 16 chains' lanes, each summed by the one tree; parts beyond `count` may hold anything.
static void sum_lanes(float* sums, const float* parts) {
  folded rows[width];
#pragma GCC unroll 16
  for (int j = 0; j < width; j++) rows[j] = fold(load(parts + j * width));
  store(sums, sum16(rows));
}

// Adds a tile of [R][C][B] chains to the weights.
static void finish_tile(const GradientChain& chain, const GradientPlace& p, const float* parts, int R, int C, int B) {
  const ConvolutionShape& s = chain.s;
  const int taps = s.kernel_height * s.kernel_width, channel = p.channel % (s.channels / s.groups);
  float* dw = chain.dw + p.output * chain.stride + channel * taps + p.a * s.kernel_width + p.b;
  float sums[2 * width];
  for (int n = 0; n < R * C * B; n += width) sum_lanes(sums + n, parts + n * width);
  const float* sum = sums;
  for (int r = 0; r < R; r++)
    for (int c = 0; c < C; c++)
      for (int b = 0; b < B; b++, sum++) {
        float& to = dw[r * chain.stride + c * taps + b];
        to = chain.block == 0 ? *sum : to + *sum;
      }
}

// Tiles of R outputs and B taps over channels up to `end`, the last ones smaller.
template <int R, int C, int B>
static void gradient_channels(const GradientChain& chain, GradientPlace p, int end) {
  alignas(64) float parts[(R * C * B + width - 1) / width * width * width] = {};
  for (; p.channel + C <= end; p.channel += C)
    for (p.a = 0; p.a < chain.s.kernel_height; p.a++) {
      gradient_tile<R, C, B>(chain, p, parts);
      finish_tile(chain, p, parts, R, C, B);
    }
  if constexpr (C > 1)
    if (p.channel < end) gradient_channels<R, C - 1, B>(chain, p, end);
}

// Outputs up to `end` of one group.
template <int R, int C, int B>
static void gradient_outputs(const GradientChain& chain, GradientPlace p, int end) {
  const int channels = chain.s.channels / chain.s.groups;
  for (; p.output + R <= end; p.output += R) gradient_channels<R, C, B>(chain, p, p.channel + channels);
  if constexpr (R > 1)
    if (p.output < end) gradient_outputs<R - 1, C, B>(chain, p, end);
}

// The columns of three taps from b on; false where they are not as TapColumns says, or where there are not three.
static bool three_taps(const ConvolutionShape& s, int b, TapColumns& columns) {
  if (b + 3 > s.kernel_width) return false;
  const OutputSpan low = columns_of_tap(s, b), middle = columns_of_tap(s, b + 1), high = columns_of_tap(s, b + 2);
  columns = {0, low.first, high.last, s.out_width};
  return middle.first == 0 && middle.last == s.out_width && high.first == 0 && low.last == s.out_width &&
         low.first <= high.last;
}

constexpr int tile_results = Tile::rows * Tile::vectors;  // that fit the registers
constexpr bool tile_of_taps = tile_results >= 6;          // whether three taps make a tile
constexpr int tile_outputs = tile_results >= 24 ? 4 : 2;
constexpr int tile_channels = tile_of_taps ? tile_results / (3 * tile_outputs) : 1;

// The weights of outputs [first, end) of one group.
static void gradient_group(const GradientChain& chain, int channel, int first, int end) {
  const ConvolutionShape& s = chain.s;
  for (int b = 0; b < s.kernel_width;) {
    GradientPlace p{first, channel, 0, b, {}};
    if constexpr (tile_of_taps)
      if (three_taps(s, b, p.columns)) {
        gradient_outputs<tile_outputs, tile_channels, 3>(chain, p, end);
        b += 3;
        continue;
      }
    const OutputSpan v = columns_of_tap(s, b++);
    p.columns = {v.first, v.first, v.last, v.last};
    gradient_outputs<Tile::rows, Tile::vectors, 1>(chain, p, end);
  }
}

static void gradient_chain(const GradientChain& chain, int begin, int end) {
  const int outputs = chain.s.outputs / chain.s.groups, channels = chain.s.channels / chain.s.groups;
  for (int first = begin; first < end;) {
    const int group = first / outputs, group_end = (group + 1) * outputs, last = group_end < end ? group_end : end;
    gradient_group(chain, group * channels, first, last);
    first = last;
  }
}

TOMBOLA_INLINE void convolution_weight_gradient_dense(const calls::convolution_weight_gradient_dense& a, int begin, int end) {
  const ConvolutionShape& s = convolution_shape(a.shape);
  const int step = chain_blocks(s);
  for (int o = begin; o < end; o++)
    for (int c = s.channels / s.groups * s.kernel_height * s.kernel_width; c < a.stride; c++)
      a.dw[ptrdiff_t(o) * a.stride + c] = 0.0f;
  for (int block = 0; block < s.blocks; block += step)
    gradient_chain({s, a.dw, a.stride, a.dy, a.x, block, block + step < s.blocks ? block + step : s.blocks}, begin, end);
}

}  // namespace tombola::TOMBOLA_ISA

#include "convolution_gradient_sparse.h"
