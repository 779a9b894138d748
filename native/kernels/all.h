// The table of kernels of one instruction set, in the order of src/program/kernels.ts: a function of every kernel's name,
// given the struct of that name. A build that defines TOMBOLA_GROUP, as those of WebAssembly do, has the kernels of that list.
#pragma once
#include "arithmetic.h"
#include "attention.h"
#include "batch.h"
#include "batch_norm.h"
#include "clip.h"
#include "contrast.h"
#include "convolution.h"
#include "convolution_gradient.h"
#include "convolution_sparse.h"
#include "dropout.h"
#include "elementwise.h"
#include "embedding.h"
#include "packing.h"
#include "gelu.h"
#include "image.h"
#include "layer_norm.h"
#include "linear_dense.h"
#include "linear_sparse.h"
#include "list_kept.h"
#include "loss.h"
#include "lstm.h"
#include "mask.h"
#include "pool.h"
#include "stochastic.h"
#include "token_loss.h"
#include "update.h"
#include "views.h"

namespace tombola::TOMBOLA_ISA {

#ifndef TOMBOLA_GROUP
#define TOMBOLA_GROUP TOMBOLA_KERNELS
#endif

#define TOMBOLA_ROW(name) {calls::name::signature, calls::name::unit_count, run<calls::name, name>},
extern const Kernel kernels[];
const Kernel kernels[] = {TOMBOLA_GROUP(TOMBOLA_ROW){nullptr, nullptr, nullptr}};
#undef TOMBOLA_ROW

}  // namespace tombola::TOMBOLA_ISA
