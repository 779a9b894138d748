// The Node-API face of the machine. TypeScript has checked every argument; here they are only unpacked.
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include <initializer_list>

#include "../machine/run.h"
#include "isas.h"

namespace {

using namespace tombola;

napi_value text(napi_env env, const char* value) {
  napi_value result;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

napi_value list(napi_env env) {
  napi_value result;
  napi_create_array(env, &result);
  return result;
}

int32_t number(napi_env env, napi_value value) {
  int32_t result = 0;
  napi_get_value_int32(env, value, &result);
  return result;
}

// Start and length of a typed array; null for null or undefined.
void* bytes(napi_env env, napi_value value, size_t* elements = nullptr) {
  bool typed = false;
  napi_is_typedarray(env, value, &typed);
  if (!typed) return nullptr;
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr);
  if (elements) *elements = length;
  return data;
}

// isas(): string[], those that this CPU has, best first.
napi_value supported_isas(napi_env env, napi_callback_info) {
  napi_value result = list(env);
  uint32_t count = 0;
  for (const Isa& isa : isas)
    if (isa.supported()) napi_set_element(env, result, count++, text(env, isa.name));
  return result;
}

// kernels(): string[], the signatures in the order of the kernels' codes.
napi_value kernel_signatures(napi_env env, napi_callback_info) {
  napi_value result = list(env);
  const Kernel* kernels = isas[0].kernels;
  for (int i = 0; kernels[i].signature; i++) napi_set_element(env, result, i, text(env, kernels[i].signature));
  return result;
}

// Memory of `size` bytes, a multiple of 64, for `free`. Large ones ask for large pages: with 4 KiB a page, a pass over a
// layer's planes misses the address translation at every turn, which in a virtual machine is a walk through two tables.
void* allocate(size_t size) {
#ifdef __linux__
  constexpr size_t large = size_t(2) << 20;
  if (size >= large) {
    const size_t whole = (size + large - 1) / large * large;
    void* memory = aligned_alloc(large, whole);
    if (memory) madvise(memory, whole, MADV_HUGEPAGE);
    return memory;
  }
#endif
  return aligned_alloc(64, size);
}

// arena(elements): ArrayBuffer of +0, aligned to a cache line; null where there is no memory for it.
napi_value create_arena(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  double elements = 0;
  napi_get_value_double(env, argument, &elements);
  const size_t size = (size_t(elements) * 4 + 63) / 64 * 64;
  void* memory = allocate(size ? size : 64);
  napi_get_null(env, &result);
  if (!memory) return result;
  memset(memory, 0, size);
  napi_create_external_arraybuffer(env, memory, size, [](napi_env, void* data, void*) { free(data); }, nullptr, &result);
  return result;
}

// pool(threads): a handle that `run` takes.
napi_value create_pool(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  Pool* pool = new Pool(number(env, argument));
  napi_create_external(env, pool, [](napi_env, void* data, void*) { delete static_cast<Pool*>(data); }, nullptr, &result);
  return result;
}

// columns(count, data and starts: typed arrays or null in turn, numbers: Int32Array of types and sizes in turn): a handle that
// `run` takes. The host keeps the arrays alive as long as it uses the handle.
napi_value bind_columns(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value a[3], result;
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  const int columns = number(env, a[0]);
  const int32_t* numbers = static_cast<int32_t*>(bytes(env, a[2]));
  Column* all = new Column[columns ? columns : 1];
  for (int i = 0; i < columns; i++) {
    napi_value data, starts;
    napi_get_element(env, a[1], 2 * i, &data);
    napi_get_element(env, a[1], 2 * i + 1, &starts);
    all[i] = {bytes(env, data), static_cast<int32_t*>(bytes(env, starts)), numbers[2 * i], numbers[2 * i + 1]};
  }
  napi_create_external(env, all, [](napi_env, void* data, void*) { delete[] static_cast<Column*>(data); }, nullptr, &result);
  return result;
}

// A handle's pointer; null for null.
void* handle(napi_env env, napi_value value) {
  void* data = nullptr;
  napi_valuetype type;
  napi_typeof(env, value, &type);
  if (type == napi_external) napi_get_value_external(env, value, &data);
  return data;
}

// run(isa, arena: Float32Array, code: Int32Array, columns | null, pool | null,
//     scratch: elements of each thread's own, which lie behind the arena's first `scratch_start` elements, scratch_start)
napi_value run_code(napi_env env, napi_callback_info info) {
  size_t count = 7;
  napi_value a[7];
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  size_t words = 0;
  const Isa& isa = isas[number(env, a[0])];
  float* arena = static_cast<float*>(bytes(env, a[1]));
  const Context context{arena, static_cast<Column*>(handle(env, a[3])), arena + number(env, a[6])};
  const int32_t* code = static_cast<int32_t*>(bytes(env, a[2], &words));
  Pool* pool = static_cast<Pool*>(handle(env, a[4]));
  run(isa.kernels, context, number(env, a[5]), code, int(words / call_words), pool);
  return nullptr;
}

// all(): string[], every instruction set compiled in; a position here is what `run` takes as isa.
napi_value all_isas(napi_env env, napi_callback_info) {
  napi_value result = list(env);
  for (int i = 0; i < isa_count; i++) napi_set_element(env, result, i, text(env, isas[i].name));
  return result;
}

napi_value start(napi_env env, napi_value exports) {
  const struct { const char* name; napi_callback call; } functions[] = {
      {"isas", supported_isas}, {"all", all_isas}, {"kernels", kernel_signatures},
      {"arena", create_arena},  {"columns", bind_columns}, {"pool", create_pool}, {"run", run_code},
  };
  for (const auto& function : functions) {
    napi_value value;
    napi_create_function(env, function.name, NAPI_AUTO_LENGTH, function.call, nullptr, &value);
    napi_set_named_property(env, exports, function.name, value);
  }
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, start)
