// The table of kernels of one instruction set, in the order of src/program/kernels.ts.
#pragma once
#include "batch.h"
#include "dropout.h"
#include "elementwise.h"
#include "linear_dense.h"
#include "linear_sparse.h"
#include "loss.h"
#include "update.h"

namespace tombola::TOMBOLA_ISA {

static int one(const int32_t*) { return 1; }

extern const Kernel kernels[];
const Kernel kernels[] = {
    {"gather_images", lane_blocks<7>, gather_images},
    {"gather_labels", one, gather_labels},
    {"expand", rows<4>, expand},
    {"compress", rows<4>, compress},
    {"transpose", lane_blocks<2>, transpose},
    {"linear_forward_dense", rows<4>, linear_forward_dense},
    {"linear_forward_sparse", rows<6>, linear_forward_sparse},
    {"linear_input_gradient_dense", rows<5>, linear_input_gradient_dense},
    {"linear_input_gradient_sparse", rows<7>, linear_input_gradient_sparse},
    {"linear_weight_gradient_dense", rows<3>, linear_weight_gradient_dense},
    {"linear_weight_gradient_sparse", rows<5>, linear_weight_gradient_sparse},
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
