// The table of kernels of one instruction set, in the order of src/program/kernels.ts.
#pragma once
#include "arithmetic.h"
#include "batch.h"
#include "batch_norm.h"
#include "convolution.h"
#include "convolution_gradient.h"
#include "convolution_sparse.h"
#include "dropout.h"
#include "elementwise.h"
#include "image.h"
#include "linear_dense.h"
#include "linear_sparse.h"
#include "loss.h"
#include "pool.h"
#include "stochastic.h"
#include "update.h"

namespace tombola::TOMBOLA_ISA {

static int one(const int32_t*) { return 1; }

extern const Kernel kernels[];
const Kernel kernels[] = {
    {"gather_images", lane_blocks<10>, gather_images},
    {"gather_column", lane_blocks<7>, gather_column},
    {"gather_lengths", one, gather_lengths},
    {"expand", rows<4>, expand},
    {"compress", rows<4>, compress},
    {"transpose", lane_blocks<2>, transpose},
    {"linear_forward_dense", rows<4>, linear_forward_dense},
    {"linear_forward_sparse", rows<6>, linear_forward_sparse},
    {"linear_input_gradient_dense", rows<5>, linear_input_gradient_dense},
    {"linear_input_gradient_sparse", rows<7>, linear_input_gradient_sparse},
    {"linear_weight_gradient_dense", rows<3>, linear_weight_gradient_dense},
    {"linear_weight_gradient_sparse", rows<5>, linear_weight_gradient_sparse},
    {"convolution_forward_dense", rows<6>, convolution_forward_dense},
    {"convolution_forward_sparse", rows<9>, convolution_forward_sparse},
    {"convolution_input_gradient_dense", rows<7>, convolution_input_gradient_dense},
    {"convolution_input_gradient_sparse", rows<10>, convolution_input_gradient_sparse},
    {"convolution_weight_gradient_dense", rows<4>, convolution_weight_gradient_dense},
    {"convolution_weight_gradient_sparse", rows<9>, convolution_weight_gradient_sparse},
    {"flatten", rows<2>, flatten},
    {"unflatten", rows<2>, unflatten},
    {"bias_images", planes<3, 5>, bias_images},
    {"bias_gradient_images", rows<2>, bias_gradient_images},
    {"batch_statistics", rows<3>, batch_statistics},
    {"batch_norm", planes<6, 8>, batch_norm},
    {"batch_norm_sums", rows<6>, batch_norm_sums},
    {"batch_norm_input_gradient", planes<8, 10>, batch_norm_input_gradient},
    {"running_update", one, running_update},
    {"stack", one, stack},
    {"row", one, row},
    {"max_pool", planes<2, 5>, max_pool},
    {"max_pool_gradient", planes<4, 7>, max_pool_gradient},
    {"average_pool", planes<2, 5>, average_pool},
    {"average_pool_gradient", planes<2, 5>, average_pool_gradient},
    {"copy_channels", planes<2, 4>, copy_channels},
    {"pad", planes<6, 5>, pad},
    {"bias_gradient", rows<2>, bias_gradient},
    {"bias", rows<3>, bias},
    {"relu", lane_blocks<2>, relu},
    {"relu_gradient", lane_blocks<3>, relu_gradient},
    {"tanh", lane_blocks<2>, tanh},
    {"tanh_gradient", lane_blocks<3>, tanh_gradient},
    {"sigmoid", lane_blocks<2>, sigmoid},
    {"sigmoid_gradient", lane_blocks<3>, sigmoid_gradient},
    {"scale", lane_blocks<2>, scale},
    {"add", lane_blocks<3>, add},
    {"multiply", lane_blocks<3>, multiply},
    {"divide", lane_blocks<3>, divide},
    {"affine", lane_blocks<2>, affine},
    {"exp", lane_blocks<2>, exp},
    {"log", lane_blocks<2>, log},
    {"square_root", lane_blocks<2>, square_root},
    {"clip", lane_blocks<2>, clip},
    {"clip_gradient", lane_blocks<3>, clip_gradient},
    {"is_below", lane_blocks<2>, is_below},
    {"total", one, total},
    {"fill", rows<2>, fill},
    {"gaussian_noise", lane_blocks<2>, gaussian_noise},
    {"uniform_noise", lane_blocks<2>, uniform_noise},
    {"dropout", rows<3>, dropout},
    {"one_hot", lane_blocks<3>, one_hot},
    {"mean_gradient", lane_blocks<2>, mean_gradient},
    {"softmax_cross_entropy", lane_blocks<4>, softmax_cross_entropy},
    {"softmax_cross_entropy_gradient", lane_blocks<5>, softmax_cross_entropy_gradient},
    {"mean_squared_error", lane_blocks<4>, mean_squared_error},
    {"mean_squared_error_gradient", lane_blocks<5>, mean_squared_error_gradient},
    {"correct", lane_blocks<4>, correct},
    {"sgd_update", lane_blocks<4>, sgd_update},
    {"adam_update", lane_blocks<5>, adam_update},
};

}  // namespace tombola::TOMBOLA_ISA
