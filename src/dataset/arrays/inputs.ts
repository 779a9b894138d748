/** Arrays as the column that models read: bytes and floats of pictures, or features. */

import { fail } from "../../base/errors.ts";
import { varies } from "../rows/spread.ts";
import type { Column } from "../table.ts";
import { sharedBytes } from "../table.ts";
import type { NpArray } from "./npy.ts";

/** What the rows of an array are, and where each channel and pixel of one lies. */
export interface InputForm {
  /** The column that it becomes. */
  readonly column: "images" | "features";
  /** `[channels, height, width]` or `[features]`. */
  readonly shape: readonly number[];
  readonly isChannelsLast: boolean;
}

type Numbers = Exclude<NpArray["data"], readonly string[]>;

/** Channels that pictures usually have. */
const USUAL = new Set([1, 3, 4]);

/**
 * What an array of inputs is: of two axes features, of three grey pictures, of four pictures whose channels are the last
 * axis, or the second where `isNchw`. Throws `data` on others, and where the channels seem to be on the other axis.
 */
export function inputForm({ where, kind, shape }: NpArray, isNchw: boolean): InputForm {
  if (shape.length < 2 || shape.length > 4 || kind === "texts") {
    const rule = "must be numbers of two axes (rows and features), three or four (pictures)";
    const remedy = "Shape it with reshape; a single feature is .reshape(-1, 1)";
    fail("data", where, { rule, got: `${kind} of shape (${shape.join(", ")})`, remedy });
  }
  if (shape.some((size) => size === 0))
    fail("data", where, {
      rule: "must hold rows",
      got: `shape (${shape.join(", ")})`,
      remedy: "Save what is to be learnt from",
    });
  if (shape.length === 2) return { column: "features", shape: shape.slice(1), isChannelsLast: false };
  if (kind !== "bytes" && kind !== "floats") {
    const remedy = "Save it with .astype(numpy.uint8), or .astype(numpy.float32)";
    fail("data", where, { rule: "pictures must be of uint8 or floats", got: kind, remedy });
  }
  if (shape.length === 3) return { column: "images", shape: [1, shape[1]!, shape[2]!], isChannelsLast: false };
  const [, first, , last] = shape as [number, number, number, number];
  const [channels, other] = isNchw ? [first, last] : [last, first];
  if (!USUAL.has(channels) && USUAL.has(other)) {
    const rule = `channels are the ${isNchw ? "second" : "last"} axis, and ${channels} are none that pictures have`;
    const remedy = isNchw ? "Leave out :nchw" : "Write :nchw behind the file where the second axis holds them";
    fail("data", where, { rule, got: `shape (${shape.join(", ")})`, remedy });
  }
  const [, height, width] = isNchw ? [0, shape[2]!, shape[3]!] : [0, first, shape[2]!];
  return { column: "images", shape: [channels, height, width], isChannelsLast: !isNchw };
}

/** The rows `rows` of an array as a column on shared memory; throws `data` naming row and column of what float32 cannot hold. */
export function inputColumn(array: NpArray, { column, shape, isChannelsLast }: InputForm, rows: Int32Array): Column {
  const source = array.data as Numbers;
  const size = shape.reduce((product, each) => product * each, 1);
  const isBytes = column === "images" && array.kind === "bytes";
  const bytes = sharedBytes((isBytes ? 1 : 4) * size * rows.length);
  const data = isBytes ? bytes : new Float32Array(bytes.buffer);
  const [channels = 1, height = 1, width = 1] = shape;
  const pixels = height * width;
  for (let n = 0; n < rows.length; n++) {
    const from = rows[n]! * size;
    if (!isChannelsLast) for (let i = 0; i < size; i++) data[n * size + i] = source[from + i]!;
    else
      for (let c = 0; c < channels; c++)
        for (let p = 0; p < pixels; p++) data[n * size + c * pixels + p] = source[from + p * channels + c]!;
  }
  if (data instanceof Float32Array) checkFinite(array, data);
  return { type: isBytes ? "u8" : "f32", shape, data };
}

/** The whole array is looked at where something is wrong, so that its own rows and columns are named. */
function checkFinite({ where, shape, data }: NpArray, read: Float32Array): void {
  if (read.every(Number.isFinite)) return;
  const values = data as Numbers;
  const isWrong = (value: number) => !Number.isFinite(Math.fround(value));
  const at = values.findIndex(isWrong);
  const missing = Array.from(values).filter(Number.isNaN).length;
  const rest = missing > 1 ? `; ${missing} values are missing in all` : "";
  const remedy = Number.isNaN(values[at]) ? `Fill the value, or leave its row out${rest}` : "Scale the column";
  fail("data", `${where}, ${placeOf(at, shape)}`, {
    rule: "must be a number that float32 can hold",
    got: values[at],
    remedy,
  });
}

/** An element's place in words, counted from 0. */
export function placeOf(at: number, shape: readonly number[]): string {
  const places: number[] = [];
  let rest = at;
  for (const size of shape.toReversed()) {
    places.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const [row, ...others] = places;
  if (others.length === 0) return `row ${row}`;
  return others.length === 1 ? `row ${row}, column ${others[0]}` : `row ${row}, at [${others.join(", ")}]`;
}

/** Throws `data` where no feature varies over the rows of a column, or float32 cannot tell the values of one apart. */
export function checkSpread(where: string, { shape: [features = 0], data }: Column, count: number): void {
  const varying = Array.from({ length: features }, (_, f) =>
    varies(`${where}, column ${f}`, count, (row) => data[row * features + f]!),
  );
  if (varying.includes(true)) return;
  fail("data", where, {
    rule: "must have a column that varies over the training rows",
    remedy: "Add a column that tells rows apart",
  });
}
