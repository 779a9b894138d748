/** What a network is made of outside any engine: named tensors in PyTorch's layout, and masks over the prunable ones. */

/** A trainable tensor of a model. Linear weights are `[outputs, inputs]`, biases `[outputs]`. */
export interface Parameter {
  /** PyTorch's name, such as `fc1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The layer it belongs to, such as `fc1`. */
  readonly layer: string;
  readonly role: "weight" | "bias";
  /** Inputs that reach one output of its layer. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Whether pruning may remove entries (weights, never biases). */
  readonly prunable: boolean;
  /** Whether its layer gives the logits. */
  readonly output: boolean;
}

/** Values by parameter name, dense, row-major in PyTorch's layout; a pruned entry is +0. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** By prunable parameter name: 1 for an entry that is kept, 0 for one that is pruned. Same layout as the weights. */
export type Mask = ReadonlyMap<string, Uint8Array>;
