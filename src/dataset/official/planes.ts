/** Official files of bytes as tables of images: where each pixel and label of a layout lies. */

import { fail } from "../../base/errors.ts";
import type { NamedBytes } from "../archive-table.ts";
import { imageTable, sharedBytes, type Table } from "../table.ts";
import { readMat } from "./mat.ts";

/** Images of one side, square, and the table of one part. */
export interface Pictures {
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly table: Table;
}

/** Records of CIFAR-100: coarse label, fine label, and 3 x 32 x 32 bytes, red plane first. `label` is 0 for coarse, 1 for fine. */
export function cifar100({ where, bytes }: NamedBytes, label: 0 | 1): Pictures {
  const size = 3 * 32 * 32;
  const count = rowsIn(where, bytes, 2 + size);
  const [images, labels] = [sharedBytes(count * size), sharedBytes(count)];
  for (let i = 0; i < count; i++) {
    const at = i * (2 + size);
    labels[i] = bytes[at + label]!;
    images.set(bytes.subarray(at + 2, at + 2 + size), i * size);
  }
  return { shape: [3, 32, 32], table: imageTable(images, labels, [3, 32, 32]) };
}

/** STL-10: 3 x 96 x 96 bytes an image, each plane column by column, and labels from 1. */
export function stl10(images: NamedBytes, labels: NamedBytes): Pictures {
  const size = 3 * 96 * 96;
  const count = rowsIn(images.where, images.bytes, size);
  checkCount(labels, count);
  const shape = [3, 96, 96] as const;
  return { shape, table: imageTable(transposed(images.bytes, 96), fromOne(labels), shape) };
}

/** Planes of EMNIST and STL-10, which are stored column by column, row by row; each has `side` by `side` pixels. */
export function transposed(planes: Uint8Array, side: number): Uint8Array {
  const turned = sharedBytes(planes.length);
  for (let at = 0; at < planes.length; at += side * side)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) turned[at + y * side + x] = planes[at + x * side + y]!;
  return turned;
}

/** Labels that begin at 1, from 0 on. */
export function fromOne({ where, bytes }: NamedBytes): Uint8Array {
  const labels = sharedBytes(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0) fail("data", `${where}, row ${i}`, { rule: "labels begin at 1", got: 0, remedy: REMEDY });
    labels[i] = bytes[i]! - 1;
  }
  return labels;
}

/** SVHN's cropped digits: X of height, width, colour and number, y of labels from 1, where 10 is the digit 0. */
export async function svhn({ where, bytes }: NamedBytes): Promise<Pictures> {
  const arrays = await readMat(where, bytes);
  const [x, y] = [arrays.get("X"), arrays.get("y")];
  const [height = 0, width = 0, channels = 0, count = 1] = x?.shape ?? [];
  if (!x || !(x.data instanceof Uint8Array) || !y || channels !== 3 || y.data.length !== count) {
    const got = [...arrays].map(([name, { shape }]) => `${name} (${shape.join(", ")})`).join(", ");
    const rule = "must hold X, bytes of height, width, 3 colours and number, and y, a label for each";
    return fail("data", where, { rule, got, remedy: REMEDY });
  }
  const shape = [3, height, width] as const;
  const size = 3 * height * width;
  const [images, labels] = [sharedBytes(count * size), sharedBytes(count)];
  for (let i = 0; i < count; i++) {
    const label = y.data[i]!;
    if (!Number.isInteger(label) || label < 1 || label > 10)
      fail("data", `${where}, row ${i}`, { rule: "a label must be from 1 to 10", got: label, remedy: REMEDY });
    labels[i] = label % 10;
    for (let c = 0; c < 3; c++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          images[i * size + (c * height + row) * width + column] =
            x.data[row + height * (column + width * (c + 3 * i))]!;
  }
  return { shape, table: imageTable(images, labels, shape) };
}

/** USPS as text: the digit, then 16 x 16 values from -1 to 1, which stay floats. */
export function usps({ where, bytes }: NamedBytes): Pictures {
  const lines = new TextDecoder("latin1")
    .decode(bytes)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const labels = sharedBytes(lines.length);
  const data = new Float32Array(sharedBytes(4 * 256 * lines.length).buffer);
  for (const [row, line] of lines.entries()) {
    const [digit, ...values] = line.trim().split(/\s+/).map(Number);
    const isDigit = Number.isInteger(digit) && digit! >= 0 && digit! <= 9;
    if (!isDigit || values.length !== 256 || !values.every((value) => value >= -1 && value <= 1)) {
      const rule = "must be a digit and 256 values from -1 to 1";
      fail("data", `${where}, line ${row + 1}`, {
        rule,
        got: `${line.slice(0, 40)}..., ${values.length} values`,
        remedy: REMEDY,
      });
    }
    labels[row] = digit!;
    data.set(values, 256 * row);
  }
  const shape = [1, 16, 16] as const;
  const columns = { images: { type: "f32", shape, data }, labels: { type: "u8", shape: [], data: labels } } as const;
  return { shape, table: { count: lines.length, columns } };
}

const REMEDY = "Get the file again";

function rowsIn(where: string, bytes: Uint8Array, size: number): number {
  const count = bytes.length / size;
  if (Number.isInteger(count) && count > 0) return count;
  return fail("data", where, {
    rule: `must hold records of ${size} bytes`,
    got: `${bytes.length} bytes`,
    remedy: REMEDY,
  });
}

function checkCount({ where, bytes }: NamedBytes, count: number): void {
  if (bytes.length !== count)
    fail("data", where, { rule: `must hold ${count} labels`, got: bytes.length, remedy: REMEDY });
}
