/** What a network is made of outside any engine: named tensors in PyTorch's layout, and masks over the prunable ones. */
import { sizeOf } from "../graph/types.ts";

/**
 * What a parameter does in its layer. `scale` and `shift` are batch normalisation's gamma and beta (PyTorch's `weight`
 * and `bias`), `mean` and `variance` its running statistics, which are not trained.
 */
export type Role = "weight" | "bias" | "scale" | "shift" | "mean" | "variance";

/**
 * A named tensor of a model. Weights are `[outputs, inputs]` in linear layers and
 * `[outputs, inputs / groups, height, width]` in convolutions, all others `[outputs]`.
 */
export interface Parameter {
  /** PyTorch's name, such as `fc1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The layer it belongs to, such as `fc1` or `blocks.0.conv1`. */
  readonly layer: string;
  readonly role: Role;
  /** Inputs that reach one output of its layer, and, as PyTorch counts them, outputs times the kernel's taps; 1 in normalisation. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Whether pruning may remove entries: weights of linear layers and convolutions, nothing else. */
  readonly prunable: boolean;
  /** Whether its layer gives what a head of the model gives. */
  readonly output: boolean;
  /** Whether its layer projects a residual shortcut; absent for not. */
  readonly shortcut?: boolean;
  /** Whether training leaves it alone; absent for not. */
  readonly frozen?: boolean;
}

/** Values by parameter name, dense, row-major in PyTorch's layout; a pruned entry is +0. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** By prunable parameter name: 1 for an entry that is kept, 0 for one that is pruned. Same layout as the weights. */
export type Mask = ReadonlyMap<string, Uint8Array>;

/** Whether an optimizer updates the parameter where it is not frozen; running statistics only follow the batches. */
export function isTrained({ role }: Pick<Parameter, "role">): boolean {
  return role !== "mean" && role !== "variance";
}

/** A model, as far as its parameters go. */
export interface HasParameters {
  /** In their order. */
  readonly parameters: readonly Parameter[];
}

/** Number of trained values of a model, which is what papers call its parameters. */
export function countParameters({ parameters }: HasParameters): number {
  return entriesOf(parameters.filter(isTrained));
}

/** Number of prunable weights of a model. */
export function countWeights({ parameters }: HasParameters): number {
  return entriesOf(parameters.filter(({ prunable }) => prunable));
}

function entriesOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
