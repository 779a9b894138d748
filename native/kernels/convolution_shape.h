// The numbers of a convolution, as src/program/convolution-shape.ts writes them, and which outputs a tap has.
//
// Images lie in blocks of 16 examples: [blocks][channels][height][width][16].
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

struct ConvolutionShape {
  int32_t blocks, channels, height, width, outputs, out_height, out_width, kernel_height, kernel_width, stride_height,
      stride_width, pad_height, pad_width, dilation_height, dilation_width, groups;

  // Floats of one plane of one block.
  TOMBOLA_MEMBER ptrdiff_t in_plane() const { return ptrdiff_t(height) * width * 16; }
  TOMBOLA_MEMBER ptrdiff_t out_plane() const { return ptrdiff_t(out_height) * out_width * 16; }
};

TOMBOLA_INLINE const ConvolutionShape& convolution_shape(const int32_t* numbers) {
  return *reinterpret_cast<const ConvolutionShape*>(numbers);
}

// Outputs [first, last) along one axis.
struct OutputSpan {
  int first, last;
};

// The outputs that meet the image through a tap whose first output lies at `offset` on the input's axis; `first` is never
// beyond `last`.
TOMBOLA_INLINE OutputSpan outputs_of_tap(int offset, int stride, int extent, int outputs) {
  const int first = offset < 0 ? (stride - 1 - offset) / stride : 0;
  const int end = offset < extent ? (extent - 1 - offset) / stride + 1 : 0;
  const int last = end < outputs ? end : outputs;
  return {first < last ? first : last, last};
}

// Lane blocks that one chain of a weight's gradient runs over: so many that small planes fill a chain too. A weight's
// gradient is the sum of its chains' sums, ascending, so this is part of the result's definition.
TOMBOLA_INLINE int chain_blocks(const ConvolutionShape& s) {
  const int pixels = s.out_height * s.out_width;
  return pixels < 64 ? (63 + pixels) / pixels : 1;
}

TOMBOLA_INLINE OutputSpan rows_of_tap(const ConvolutionShape& s, int a) {
  return outputs_of_tap(a * s.dilation_height - s.pad_height, s.stride_height, s.height, s.out_height);
}
TOMBOLA_INLINE OutputSpan columns_of_tap(const ConvolutionShape& s, int b) {
  return outputs_of_tap(b * s.dilation_width - s.pad_width, s.stride_width, s.width, s.out_width);
}

}  // namespace tombola::TOMBOLA_ISA
