// Linear layers with every weight stored: three uses of the dense product, and the copies it needs.
#pragma once
#include "product.h"

namespace tombola::TOMBOLA_ISA {

TOMBOLA_INLINE void linear_forward_dense(const calls::linear_forward_dense& a, int begin, int end) {
  product({a.y, a.lanes, a.x, a.lanes, a.w, a.stride, 1, a.inputs, a.bias, a.relu != 0, nullptr}, begin, end, a.lanes);
}

TOMBOLA_INLINE void linear_input_gradient_dense(const calls::linear_input_gradient_dense& a, int begin, int end) {
  product({a.dx, a.lanes, a.dy, a.lanes, a.w, 1, a.stride, a.outputs, nullptr, false, a.relu}, begin, end, a.lanes);
}

TOMBOLA_INLINE void linear_weight_gradient_dense(const calls::linear_weight_gradient_dense& a, int begin, int end) {
  product({a.dw, a.stride, a.xt, a.stride, a.dy, a.lanes, 1, a.lanes, nullptr, false, nullptr}, begin, end, a.stride);
}

// [rows][lanes] -> [lanes][stride], columns beyond `rows` +0; units are blocks of 16 rows.
TOMBOLA_INLINE void transpose(const calls::transpose& a, int begin, int end) {
  for (int block = begin; block < end; block++) {
    const int row = block * width;
    for (int lane = 0; lane < a.lanes; lane += width) {
      if (row + width <= a.rows) {
        transpose_f32_16(a.x + ptrdiff_t(row) * a.lanes + lane, a.lanes, a.y + ptrdiff_t(lane) * a.stride + row, a.stride);
        continue;
      }
      for (int n = lane; n < lane + width; n++)
        for (int r = row; r < row + width; r++)
          a.y[ptrdiff_t(n) * a.stride + r] = r < a.rows ? a.x[ptrdiff_t(r) * a.lanes + n] : 0.0f;
    }
  }
}

// Kept values -> dense rows, +0 elsewhere.
TOMBOLA_INLINE void expand(const calls::expand& a, int begin, int end) {
  for (int row = begin; row < end; row++) {
    float* to = a.dense + ptrdiff_t(row) * a.stride;
    for (int c = 0; c < a.stride; c += width) store(to + c, zero());
    for (int k = a.start[row]; k < a.start[row + 1]; k++) to[a.column[k]] = a.values[k];
  }
}

// Dense rows -> kept values.
TOMBOLA_INLINE void compress(const calls::compress& a, int begin, int end) {
  for (int row = begin; row < end; row++) {
    const float* from = a.dense + ptrdiff_t(row) * a.stride;
    for (int k = a.start[row]; k < a.start[row + 1]; k++) a.values[k] = from[a.column[k]];
  }
}

}  // namespace tombola::TOMBOLA_ISA
