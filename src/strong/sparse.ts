/**
 * Layers of which most weights are pruned, by column: what reads an input lies together, so that inputs of 0 (most pixels,
 * most units behind a ReLU) cost nothing.
 */
import { fail } from "../base/errors.ts";

/** A matrix `[outputs, inputs]` by its kept entries, and its biases; column i's are at `starts[i]` to `starts[i + 1]`. */
export interface SparseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float32Array;
  /** `[outputs]`; null for none. */
  readonly bias: Float32Array | null;
}

/** Kept entries in the order in which they were found, as one thread hands them to another. */
export interface Entries {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** Collects kept entries in any order. */
export interface EntryList {
  add(row: number, column: number, value: number): void;
  /** All of them so far, copied. */
  entries(): Entries;
}

/** Starts a list without any entry. */
export function entryList(): EntryList {
  let count = 0;
  let [rows, columns, values] = [new Int32Array(1024), new Int32Array(1024), new Float32Array(1024)];
  const grow = () => {
    const size = Math.ceil(1.5 * count);
    const grown = <A extends Int32Array | Float32Array>(old: A, array: A): A => {
      array.set(old);
      return array;
    };
    rows = grown(rows, new Int32Array(size));
    columns = grown(columns, new Int32Array(size));
    values = grown(values, new Float32Array(size));
  };
  return {
    add(row, column, value) {
      if (count === rows.length) grow();
      rows[count] = row;
      columns[count] = column;
      values[count++] = value;
    },
    entries: () => ({
      rows: rows.slice(0, count),
      columns: columns.slice(0, count),
      values: values.slice(0, count),
    }),
  };
}

/** The layer of some lists of entries, one behind the other; those of a column keep their order. */
export function layerOf(
  lists: readonly Entries[],
  {
    outputs,
    inputs,
    bias = null,
  }: Pick<SparseLayer, "outputs" | "inputs"> & { readonly bias?: Float32Array | null | undefined },
): SparseLayer {
  const starts = new Int32Array(inputs + 1);
  for (const { columns } of lists) for (let e = 0; e < columns.length; e++) starts[columns[e]! + 1]!++;
  for (let c = 0; c < inputs; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const [rows, values] = [new Int32Array(starts[inputs]!), new Float32Array(starts[inputs]!)];
  for (const list of lists) {
    for (let e = 0; e < list.rows.length; e++) {
      const at = next[list.columns[e]!]!++;
      rows[at] = list.rows[e]!;
      values[at] = list.values[e]!;
    }
  }
  return { inputs, outputs, bias, starts, rows, values };
}

/** The layer of a dense matrix `[outputs][inputs]`, its zeros left out. */
export function sparseOf(
  weights: Float32Array,
  { outputs, inputs, bias = null }: Pick<SparseLayer, "outputs" | "inputs"> & { readonly bias?: Float32Array | null },
): SparseLayer {
  const list = entryList();
  for (let row = 0; row < outputs; row++) {
    for (let column = 0; column < inputs; column++) {
      const value = weights[row * inputs + column]!;
      if (value !== 0) list.add(row, column, value);
    }
  }
  return layerOf([list.entries()], { outputs, inputs, bias });
}

/** Kept weights of some layers, biases that are not 0 included. */
export function keptOf(layers: readonly SparseLayer[]): number {
  const biases = (bias: Float32Array | null) => bias?.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) ?? 0;
  return layers.reduce((sum, { values, bias }) => sum + values.length + biases(bias), 0);
}

/**
 * A network's outputs for one input, in float64, with a ReLU between layers and none behind the last. The function that it
 * returns keeps its memory: its result is valid until the next call.
 */
export function forwardOf(all: readonly SparseLayer[]): (input: ArrayLike<number>) => Float64Array {
  const layers = withoutUnread(all);
  const activations = layers.map(({ outputs }) => new Float64Array(outputs));
  return (input) => {
    if (input.length !== layers[0]!.inputs) {
      fail("usage", "input", { rule: `must have ${layers[0]!.inputs} numbers`, got: input.length });
    }
    let before = input;
    layers.forEach((layer, index) => {
      const out = activations[index]!;
      apply(layer, before, out);
      if (index < layers.length - 1) for (let r = 0; r < out.length; r++) if (out[r]! < 0) out[r] = 0;
      before = out;
    });
    return activations.at(-1)!;
  };
}

/** The same network without the hidden units that nothing behind reads, which may be nearly all. */
function withoutUnread(layers: readonly SparseLayer[]): SparseLayer[] {
  return layers.reduceRight<SparseLayer[]>((behind, layer) => {
    const [next] = behind;
    if (!next) return [layer];
    const read = columnsOf(next);
    const place = new Int32Array(layer.outputs).fill(-1);
    read.forEach((row, at) => {
      place[row] = at;
    });
    const list = entryList();
    for (let column = 0; column < layer.inputs; column++) {
      for (let e = layer.starts[column]!; e < layer.starts[column + 1]!; e++) {
        const row = place[layer.rows[e]!]!;
        if (row >= 0) list.add(row, column, layer.values[e]!);
      }
    }
    const { bias } = layer;
    const starts = Int32Array.from({ length: read.length + 1 }, (_, at) =>
      at < read.length ? next.starts[read[at]!]! : next.rows.length,
    );
    const own = layerOf([list.entries()], {
      outputs: read.length,
      inputs: layer.inputs,
      bias: bias && Float32Array.from(read, (row) => bias[row]!),
    });
    return [own, { ...next, inputs: read.length, starts }, ...behind.slice(1)];
  }, []);
}

/** The columns of a layer that have entries, in rising order. */
function columnsOf({ inputs, starts }: SparseLayer): Int32Array {
  let count = 0;
  for (let column = 0; column < inputs; column++) if (starts[column + 1]! > starts[column]!) count++;
  const columns = new Int32Array(count);
  for (let column = 0, at = 0; column < inputs; column++) {
    if (starts[column + 1]! > starts[column]!) columns[at++] = column;
  }
  return columns;
}

function apply({ inputs, starts, rows, values, bias }: SparseLayer, x: ArrayLike<number>, out: Float64Array): void {
  if (bias) out.set(bias);
  else out.fill(0);
  for (let column = 0; column < inputs; column++) {
    const value = x[column]!;
    if (value === 0) continue;
    const end = starts[column + 1]!;
    for (let e = starts[column]!; e < end; e++) out[rows[e]!]! += values[e]! * value;
  }
}
