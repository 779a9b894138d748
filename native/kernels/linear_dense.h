// Linear layers with every weight stored: three uses of the dense product, and the copies it needs.
#pragma once
#include "product.h"

namespace tombola::TOMBOLA_ISA {

static void linear_forward_dense(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float *x = a.floats(), *w = a.floats(), *bias = a.floats();
  a.number();
  const int inputs = a.number(), stride = a.number(), lanes = a.number(), relu = a.number();
  product({y, lanes, x, lanes, w, stride, 1, inputs, bias, relu != 0, nullptr}, begin, end, lanes);
}

static void linear_input_gradient_dense(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dx = a.floats();
  const float *dy = a.floats(), *w = a.floats(), *relu = a.floats();
  const int outputs = a.number();
  a.number();
  const int stride = a.number(), lanes = a.number();
  product({dx, lanes, dy, lanes, w, 1, stride, outputs, nullptr, false, relu}, begin, end, lanes);
}

static void linear_weight_gradient_dense(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dw = a.floats();
  const float *dy = a.floats(), *xt = a.floats();
  a.number();
  const int stride = a.number(), lanes = a.number();
  product({dw, stride, xt, stride, dy, lanes, 1, lanes, nullptr, false, nullptr}, begin, end, stride);
}

// [rows][lanes] -> [lanes][stride], columns beyond `rows` +0; units are blocks of 16 rows.
static void transpose(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int rows = a.number(), lanes = a.number(), stride = a.number();
  for (int block = begin; block < end; block++) {
    const int row = block * width;
    for (int lane = 0; lane < lanes; lane += width) {
      if (row + width <= rows) {
        transpose_f32_16(x + ptrdiff_t(row) * lanes + lane, lanes, y + ptrdiff_t(lane) * stride + row, stride);
        continue;
      }
      for (int n = lane; n < lane + width; n++)
        for (int r = row; r < row + width; r++)
          y[ptrdiff_t(n) * stride + r] = r < rows ? x[ptrdiff_t(r) * lanes + n] : 0.0f;
    }
  }
}

// Kept values -> dense rows, +0 elsewhere.
static void expand(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dense = a.floats();
  const float* values = a.floats();
  const int32_t *start = a.indices(), *column = a.indices();
  a.number();
  const int stride = a.number();
  for (int row = begin; row < end; row++) {
    float* to = dense + ptrdiff_t(row) * stride;
    for (int c = 0; c < stride; c += width) store(to + c, zero());
    for (int k = start[row]; k < start[row + 1]; k++) to[column[k]] = values[k];
  }
}

// Dense rows -> kept values.
static void compress(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* values = a.floats();
  const float* dense = a.floats();
  const int32_t *start = a.indices(), *column = a.indices();
  a.number();
  const int stride = a.number();
  for (int row = begin; row < end; row++) {
    const float* from = dense + ptrdiff_t(row) * stride;
    for (int k = start[row]; k < start[row + 1]; k++) values[k] = from[column[k]];
  }
}

}  // namespace tombola::TOMBOLA_ISA
