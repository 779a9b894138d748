/** Named columns of one length, and the data set made of them: what engines bind, whatever the rows are. */

/** A column's numbers: bytes, 32-bit integers or floats. */
export type ColumnData = Uint8Array | Int32Array | Float32Array;

export interface Column {
  readonly type: "u8" | "i32" | "f32";
  /** Of one row; of a ragged column, of one of its items. [] is a single number. */
  readonly shape: readonly number[];
  /** Row after row, on shared memory. */
  readonly data: ColumnData;
  /** Items of each row of a ragged column, `[count]`; absent where all rows have one shape. */
  readonly lengths?: Int32Array;
}

/** What is learnt from or scored on: named columns of one length. */
export interface Table {
  readonly count: number;
  readonly columns: Readonly<Record<string, Column>>;
}

/**
 * What is to be told of a row: its class (column `labels`, u8 up to 256 classes or i32, shape []), numbers (column
 * `targets`, f32, shape [names]), or which of several labels it has (column `labels`, u8 of 0 and 1, shape [names]).
 */
export type Target =
  | { readonly kind: "classes"; readonly count: number; readonly names?: readonly string[] }
  | { readonly kind: "numbers"; readonly names: readonly string[] }
  | { readonly kind: "labels"; readonly names: readonly string[] };

export interface Dataset {
  /**
   * Its identity: a registered name, or kind and SHA-256 of the bytes learnt from, with every option that changes what a
   * batch holds. Never a path.
   */
  readonly name: string;
  /** Of one input: `[channels, height, width]` of column `images` (u8), or `[features]` of column `features` (f32). */
  readonly shape: readonly number[];
  readonly target: Target;
  /** What a model for it gives for each example: classes, targets or labels. */
  readonly outputs: number;
  /** Of images: per channel, of pixels scaled to 0..1; absent where features are standardised by the rows trained on. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly train: Table;
  readonly test: Table;
}
