/**
 * The kernels that every engine implements, and how a call of each is encoded: operands (arena offsets, -1 for none),
 * then whole numbers, then float32 bits, in the order listed here. Names read `layer_what_storage`. C++ unpacks calls by
 * what is generated from this table ([calls-header.ts](calls-header.ts)); the reference engine takes values by name.
 */
import { fail } from "../base/errors.ts";
import type { SequenceKernelName } from "./sequence-kernels.ts";
import type { ViewKernelName } from "./view-kernels.ts";

/** A stretch of the arena that a call names. */
export interface Operand {
  readonly name: string;
  readonly type: "f32" | "i32";
  /** A call may leave it out. */
  readonly optional: boolean;
  /** The kernel writes it; all others it only reads. */
  readonly written: boolean;
}

/** A factor of the number of units: a whole number of the call, or its blocks of 16. */
interface UnitFactor {
  readonly name: string;
  readonly blocks: boolean;
}

export type KernelGroup = "core" | "computed" | "sequence" | "views";

/**
 * Groups by kind of work, the WebAssembly modules that kernels are compiled into: `core` is what every training needs,
 * the others come when a program calls for them. `computed`: weights that are computed in the forward pass, such as masks
 * made of scores, and the noise on them. `sequence`: see sequence-kernels.ts, which adds it.
 * `views`: see view-kernels.ts.
 */
export const KERNEL_GROUPS: readonly KernelGroup[] = ["core", "computed", "sequence", "views"];

/** What a call of a kernel carries, and into how many independent units its work is split: the product of `units`. */
export interface KernelSignature {
  readonly group: KernelGroup;
  readonly units: readonly UnitFactor[];
  readonly operands: readonly Operand[];
  readonly ints: readonly string[];
  readonly floats: readonly string[];
  /** The same as the table writes it. */
  readonly text: string;
}

/** Makes the rows of a group. */
export const rowsOf =
  (group: KernelGroup) =>
  (units: string, operands: string, ints = "", floats = ""): KernelSignature => ({
    group,
    units: units === "1" ? [] : units.split(" * ").map((factor) => unitFactor(factor, words(ints))),
    operands: words(operands).map(operand),
    ints: words(ints),
    floats: words(floats),
    text: `(${operands}; ${ints}; ${floats}) by ${units}`,
  });

const kernel = rowsOf("core");
const computed = rowsOf("computed");

function words(text: string): string[] {
  return text.split(" ").filter(Boolean);
}

function operand(text: string, index: number): Operand {
  const [, type, written, name, optional] = /^(#?)(&?)(\w+)(\??)$/.exec(text)!;
  return {
    name: name!,
    type: type ? "i32" : "f32",
    optional: optional !== "",
    written: index === 0 || written !== "",
  };
}

function unitFactor(text: string, ints: readonly string[]): UnitFactor {
  const [name, block] = text.split("/") as [string, string?];
  if (!ints.includes(name)) fail("engine", "kernel table", { rule: "units are counted by a call's ints", got: text });
  return { name, blocks: block !== undefined };
}

/** Numbers of a pooling's windows. */
const WINDOW = "kernelHeight kernelWidth strideHeight strideWidth padHeight padWidth";

/**
 * All kernels: group, units, operands, whole numbers, floats; `kernel` makes a row of `core`. Units are 1, a whole number of the call, its blocks of 16
 * (`lanes/16`), or a product of such. The first operand is the result; `#` marks 32-bit whole numbers, `&` an operand
 * that is written as the result is, `?` one that may be left out. `lanes` is the batch padded to 16; `stride` the padded
 * row length of a dense weight; compact weights have `start` (row starts) and `column`, or for the transposed walk
 * `start` (column starts), `row` and `position` (where the value lies).
 */
const own = {
  gather_images: kernel(
    "lanes/16",
    "x #indices #count scale shift #counter?",
    "column channels height width lanes flat crop flip",
  ),
  gather_column: kernel("lanes/16", "x #indices #count scale? shift?", "column features lanes"),
  gather_lengths: kernel("1", "y #indices #count", "column most lanes"),
  expand: kernel("rows", "dense values #start #column", "rows stride"),
  compress: kernel("rows", "values dense #start #column", "rows stride"),
  transpose: kernel("rows/16", "y x", "rows lanes stride"),
  linear_forward_dense: kernel("outputs", "y x w bias?", "outputs inputs stride lanes relu"),
  linear_forward_sparse: kernel("outputs", "y x values #start #column bias?", "outputs lanes relu"),
  linear_input_gradient_dense: kernel("inputs", "dx dy w relu?", "outputs inputs stride lanes"),
  linear_input_gradient_sparse: kernel("inputs", "dx dy values #start #row #position relu?", "inputs lanes"),
  linear_weight_gradient_dense: kernel("outputs", "dw dy xt", "outputs stride lanes"),
  linear_weight_gradient_sparse: kernel("outputs", "dvalues dy x #start #column", "outputs lanes"),
  convolution_forward_dense: kernel("units", "y x w bias? #shape #table", "units stride relu"),
  convolution_forward_sparse: kernel(
    "units",
    "y x values #start #column bias? #shape #table #bounds #entries",
    "units relu",
  ),
  convolution_input_gradient_dense: kernel("units", "dx dy w relu? addend? #shape #table", "units stride"),
  convolution_input_gradient_sparse: kernel(
    "units",
    "dx dy values #start #column relu? addend? #shape #table #bounds #entries",
    "units",
  ),
  list_kept: computed("lists", "#bounds #&entries mask #walk", "lists"),
  convolution_forward_kept: computed("units", "y x w bias? #shape #table #bounds #entries", "units stride relu"),
  convolution_input_gradient_kept: computed(
    "units",
    "dx dy w relu? addend? #shape #table #bounds #entries",
    "units stride",
  ),
  convolution_weight_gradient_dense: kernel("units", "dw dy x #shape", "units stride"),
  convolution_weight_gradient_sparse: kernel(
    "units",
    "dvalues dy x #start #column #shape #jobs #weights #taps",
    "units rows slots",
  ),
  flatten: kernel("features", "y x", "features lanes"),
  unflatten: kernel("features", "y x", "features lanes"),
  bias_images: kernel("channels * lanes/16", "y x b", "channels plane lanes"),
  bias_gradient_images: kernel("channels", "db dy", "channels plane lanes"),
  batch_statistics: kernel("channels", "statistics x #count", "channels plane lanes"),
  batch_norm: kernel(
    "channels * lanes/16",
    "y x statistics gamma beta residual?",
    "channels plane lanes relu",
    "epsilon",
  ),
  batch_norm_sums: kernel("channels", "sums dy x statistics gamma? beta?", "channels plane lanes", "epsilon"),
  batch_norm_input_gradient: kernel(
    "channels * lanes/16",
    "dx dy x statistics gamma sums #count beta?",
    "channels plane lanes",
    "epsilon",
  ),
  running_update: kernel("1", "r rate statistics #count", "elements row plane"),
  stack: kernel("1", "y a b", "elements"),
  row: kernel("1", "y x", "elements index"),
  max_pool: kernel("channels * lanes/16", "y x", `channels height width lanes ${WINDOW}`),
  max_pool_gradient: kernel("channels * lanes/16", "dx dy x y", `channels height width lanes ${WINDOW}`),
  average_pool: kernel("channels * lanes/16", "y x", `channels height width lanes ${WINDOW}`),
  average_pool_gradient: kernel("channels * lanes/16", "dx dy", `channels height width lanes ${WINDOW}`),
  copy_channels: kernel("count * lanes/16", "y x", "count plane lanes yChannels yFrom xChannels xFrom"),
  pad: kernel(
    "outChannels * lanes/16",
    "y x",
    "channels height width lanes outChannels outHeight outWidth firstChannel firstRow firstColumn",
  ),
  bias_gradient: kernel("outputs", "db dy", "outputs lanes"),
  bias: kernel("features", "y x b", "features lanes"),
  relu: kernel("elements/16", "y x", "elements"),
  relu_gradient: kernel("elements/16", "dx dy y", "elements"),
  tanh: kernel("elements/16", "y x", "elements"),
  tanh_gradient: kernel("elements/16", "dx dy y", "elements"),
  sigmoid: kernel("elements/16", "y x", "elements"),
  sigmoid_gradient: kernel("elements/16", "dx dy y", "elements"),
  elu: kernel("elements/16", "y x", "elements"),
  elu_gradient: kernel("elements/16", "dx dy y", "elements"),
  scale: kernel("elements/16", "y x", "elements", "factor"),
  add: kernel("elements/16", "y a b", "elements"),
  multiply: kernel("elements/16", "y a b", "elements"),
  divide: computed("elements/16", "y a b", "elements"),
  affine: kernel("elements/16", "y x", "elements", "factor offset"),
  exp: computed("elements/16", "y x", "elements"),
  log: computed("elements/16", "y x", "elements"),
  square_root: computed("elements/16", "y x", "elements"),
  clip: computed("elements/16", "y x", "elements", "low high"),
  clip_gradient: computed("elements/16", "dx dy x", "elements", "low high"),
  is_below: computed("elements/16", "y x", "elements", "limit"),
  pack_rows: computed("rows", "y x", "rows columns stride from"),
  magnitude_threshold: computed("1", "y #&candidates x", "rows columns stride kept"),
  keep_largest: computed("rows", "y x threshold", "rows columns stride from"),
  magnitude_gradient: computed("elements/16", "dx dy x", "elements"),
  bernoulli_mask: computed("elements/16", "y p u", "elements"),
  signed_mask: computed("elements/16", "y x", "elements", "limit"),
  total: computed("1", "y x", "rows columns stride"),
  fill: computed("rows", "y value", "rows columns stride"),
  gaussian_noise: computed("elements/16", "y #counter", "elements index"),
  uniform_noise: computed("elements/16", "y #counter", "elements index"),
  dropout: kernel("features", "y x #counter", "features lanes index", "rate"),
  one_hot: kernel("lanes/16", "y labels", "classes lanes"),
  mean_gradient: kernel("lanes/16", "dy #count", "lanes"),
  softmax_cross_entropy: kernel("lanes/16", "loss logits labels", "classes lanes"),
  softmax_cross_entropy_gradient: kernel("lanes/16", "dx dy logits labels", "classes lanes"),
  binary_cross_entropy: kernel("lanes/16", "loss x target", "features lanes"),
  binary_cross_entropy_gradient: kernel("lanes/16", "dx dy x target", "features lanes"),
  mean_squared_error: kernel("lanes/16", "loss x target", "features lanes"),
  mean_squared_error_gradient: kernel("lanes/16", "dx dy x target", "features lanes"),
  correct: kernel("lanes/16", "y logits labels", "classes lanes top"),
  sgd_update: kernel("elements/16", "w control g &m?", "elements nesterov", "momentum weightDecay"),
  sgdw_update: kernel("elements/16", "w control g &m?", "elements nesterov", "momentum weightDecay"),
  sgdp_update: kernel("elements/16", "w control g &m?", "elements nesterov", "momentum weightDecay low high"),
  adam_update: kernel("elements/16", "w control g &m &v", "elements decoupled", "beta1 beta2 epsilon weightDecay"),
} as const satisfies Record<string, KernelSignature>;

export type KernelName = keyof typeof own | SequenceKernelName | ViewKernelName;

/** Those of sequences and of views are there once they are added. */
export const KERNELS = own as object as Readonly<Record<KernelName, KernelSignature>>;

/** Names in the order of their codes. */
export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

/** Adds kernels behind all others. */
export function addKernels(rows: Readonly<Record<string, KernelSignature>>): void {
  Object.assign(KERNELS, rows);
  KERNEL_NAMES.push(...(Object.keys(rows) as KernelName[]));
}

/** The kernels of a group, in the order of their codes in its module. */
export function kernelsIn(group: KernelGroup): readonly KernelName[] {
  return KERNEL_NAMES.filter((name) => KERNELS[name].group === group);
}

/** A kernel's name, arguments and units, such as `fill(y value; rows columns stride; ) by rows`. */
export function kernelSignature(name: KernelName): string {
  return `${name}${KERNELS[name].text}`;
}

/**
 * What compiled kernels lack: the first signature of the table, or of the kernels `names` in it, that is not at its place
 * among those `found` in them; undefined where they take every call as it is encoded.
 */
export function lackingKernel(
  found: readonly string[],
  names: readonly KernelName[] = KERNEL_NAMES,
): string | undefined {
  return names.map(kernelSignature).find((signature, code) => found[code] !== signature);
}
