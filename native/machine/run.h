// Runs encoded programs: every call in order, its units split evenly into as many parts as a pool has threads.
#pragma once
#include "kernel.h"
#include "pool.h"

namespace tombola {

// Runs `calls` encoded calls; the host has checked them, so nothing is checked here. Every thread of the pool has
// `scratch_elements` of its own from `context.scratch` upwards.
void run(const Kernel* kernels, const Context& context, int scratch_elements, const int32_t* code, int calls, Pool* pool);

}  // namespace tombola
