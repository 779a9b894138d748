/**
 * The kernels that every engine implements, and how a call of each is encoded: operands (arena offsets, -1 for none),
 * then whole numbers, then float32 bits, in the order listed here. Names read
 * `layer_what_storage`; C++ and the reference engine use the same names and order.
 */

/** What a call of a kernel carries. A trailing `?` marks an operand that may be left out. */
interface KernelSignature {
  readonly operands: readonly string[];
  readonly ints: readonly string[];
  readonly floats: readonly string[];
}

const kernel = (operands: string, ints = "", floats = ""): KernelSignature => ({
  operands: words(operands),
  ints: words(ints),
  floats: words(floats),
});
const words = (text: string) => text.split(" ").filter(Boolean);

/** Numbers of a pooling's windows. */
const WINDOW = "kernelHeight kernelWidth strideHeight strideWidth padHeight padWidth";

/**
 * All kernels, the result operand first. `lanes` is the batch padded to 16; `stride` the padded row length of a dense
 * weight; `index operands` of compact weights are `start` (row starts), `column`, or for the transposed walk
 * `start` (column starts), `row` and `position` (where the value lies).
 */
export const KERNELS = {
  gather_images: kernel("x indices count scale shift counter?", "column channels height width lanes flat crop flip"),
  gather_column: kernel("x indices count scale? shift?", "column features lanes"),
  gather_lengths: kernel("y indices count", "column most lanes"),
  expand: kernel("dense values start column", "rows stride"),
  compress: kernel("values dense start column", "rows stride"),
  transpose: kernel("y x", "rows lanes stride"),
  linear_forward_dense: kernel("y x w bias?", "outputs inputs stride lanes relu"),
  linear_forward_sparse: kernel("y x values start column bias?", "outputs lanes relu"),
  linear_input_gradient_dense: kernel("dx dy w relu?", "outputs inputs stride lanes"),
  linear_input_gradient_sparse: kernel("dx dy values start row position relu?", "inputs lanes"),
  linear_weight_gradient_dense: kernel("dw dy xt", "outputs stride lanes"),
  linear_weight_gradient_sparse: kernel("dvalues dy x start column", "outputs lanes"),
  convolution_forward_dense: kernel("y x w bias? shape table", "units stride relu"),
  convolution_forward_sparse: kernel("y x values start column bias? shape table entries", "units relu"),
  convolution_input_gradient_dense: kernel("dx dy w relu? addend? shape table", "units stride"),
  convolution_input_gradient_sparse: kernel("dx dy values start column relu? addend? shape table entries", "units"),
  convolution_weight_gradient_dense: kernel("dw dy x shape", "units stride"),
  convolution_weight_gradient_sparse: kernel("dvalues dy x start column shape jobs weights taps", "units rows slots"),
  flatten: kernel("y x", "features lanes"),
  unflatten: kernel("y x", "features lanes"),
  bias_images: kernel("y x b", "channels plane lanes"),
  bias_gradient_images: kernel("db dy", "channels plane lanes"),
  batch_statistics: kernel("statistics x count", "channels plane lanes"),
  batch_norm: kernel("y x statistics gamma beta residual?", "channels plane lanes relu", "epsilon"),
  batch_norm_sums: kernel("sums dy x statistics gamma? beta?", "channels plane lanes", "epsilon"),
  batch_norm_input_gradient: kernel("dx dy x statistics gamma sums count beta?", "channels plane lanes", "epsilon"),
  running_update: kernel("r rate statistics count", "elements row plane"),
  stack: kernel("y a b", "elements"),
  row: kernel("y x", "elements index"),
  max_pool: kernel("y x", `channels height width lanes ${WINDOW}`),
  max_pool_gradient: kernel("dx dy x y", `channels height width lanes ${WINDOW}`),
  average_pool: kernel("y x", `channels height width lanes ${WINDOW}`),
  average_pool_gradient: kernel("dx dy", `channels height width lanes ${WINDOW}`),
  copy_channels: kernel("y x", "count plane lanes yChannels yFrom xChannels xFrom"),
  pad: kernel("y x", "channels height width lanes outChannels outHeight outWidth firstChannel firstRow firstColumn"),
  bias_gradient: kernel("db dy", "outputs lanes"),
  bias: kernel("y x b", "features lanes"),
  relu: kernel("y x", "elements"),
  relu_gradient: kernel("dx dy y", "elements"),
  tanh: kernel("y x", "elements"),
  tanh_gradient: kernel("dx dy y", "elements"),
  sigmoid: kernel("y x", "elements"),
  sigmoid_gradient: kernel("dx dy y", "elements"),
  scale: kernel("y x", "elements", "factor"),
  add: kernel("y a b", "elements"),
  multiply: kernel("y a b", "elements"),
  divide: kernel("y a b", "elements"),
  affine: kernel("y x", "elements", "factor offset"),
  exp: kernel("y x", "elements"),
  log: kernel("y x", "elements"),
  square_root: kernel("y x", "elements"),
  clip: kernel("y x", "elements", "low high"),
  clip_gradient: kernel("dx dy x", "elements", "low high"),
  is_below: kernel("y x", "elements", "limit"),
  total: kernel("y x", "rows columns stride"),
  fill: kernel("y value", "rows columns stride"),
  gaussian_noise: kernel("y counter", "elements index"),
  uniform_noise: kernel("y counter", "elements index"),
  dropout: kernel("y x counter", "features lanes index", "rate"),
  one_hot: kernel("y labels", "classes lanes"),
  mean_gradient: kernel("dy count", "lanes"),
  softmax_cross_entropy: kernel("loss logits labels", "classes lanes"),
  softmax_cross_entropy_gradient: kernel("dx dy logits labels", "classes lanes"),
  mean_squared_error: kernel("loss x target", "features lanes"),
  mean_squared_error_gradient: kernel("dx dy x target", "features lanes"),
  correct: kernel("y logits labels", "classes lanes top"),
  sgd_update: kernel("w control g m?", "elements nesterov", "momentum weightDecay"),
  adam_update: kernel("w control g m v", "elements decoupled", "beta1 beta2 epsilon weightDecay"),
} as const satisfies Record<string, KernelSignature>;

export type KernelName = keyof typeof KERNELS;

/** Names in the order of their codes. */
export const KERNEL_NAMES = Object.keys(KERNELS) as readonly KernelName[];
