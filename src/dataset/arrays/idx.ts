/**
 * Reader of IDX, the format of MNIST: a big-endian header `00 00 type rank`, one 32-bit size per dimension, the bytes.
 * Only unsigned bytes (type 8) with the rank that the caller expects are accepted.
 */

import { fail } from "../../base/errors.ts";
import type { NpArray } from "./npy.ts";

const unsignedByte = 8;

/** `sizes` has one entry per dimension; `bytes` is a view of the file behind its header. */
export interface Idx {
  readonly sizes: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Reads the IDX `file` called `name`; `expected` gives each dimension, null where any size will do.
 * Throws `data` on another type, rank or size, and on a file that is cut short or too long.
 */
export function readIdx(name: string, file: Uint8Array, expected: readonly (number | null)[]): Idx {
  const rank = expected.length;
  checkHeader(name, file, rank);
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const sizes = expected.map((_, i) => header.getUint32(4 + 4 * i));
  if (expected.some((size, i) => size !== null && size !== sizes[i])) {
    const rule = `dimensions must be ${expected.map((size) => size ?? "any").join(" x ")}`;
    fail("data", name, { rule, got: sizes.join(" x "), remedy: "Check that it belongs to this data set" });
  }
  const offset = 4 + 4 * rank;
  checkLength(name, file, offset + sizes.reduce((product, size) => product * size, 1));
  return { sizes, bytes: file.subarray(offset) };
}

function checkLength(name: string, file: Uint8Array, length: number): void {
  if (file.byteLength === length) return;
  const problem = file.byteLength < length ? "is cut short" : "has bytes behind its end";
  const rule = `${problem}, its header announces ${length} bytes in all`;
  fail("data", name, { rule, got: file.byteLength, remedy: "Get the file again" });
}

function checkHeader(name: string, file: Uint8Array, rank: number): void {
  const magic = [0, 0, unsignedByte, rank];
  const remedy = "Check that the file is not another one renamed";
  if (file.byteLength < 4 + 4 * rank) {
    fail("data", name, {
      rule: `an IDX header of rank ${rank} takes ${4 + 4 * rank} bytes`,
      got: file.byteLength,
      remedy,
    });
  }
  if (magic.some((byte, i) => file[i] !== byte)) {
    const rule = `IDX bytes of rank ${rank} begin with ${hex(magic)}`;
    fail("data", name, { rule, got: hex(file.subarray(0, 4)), remedy });
  }
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Reads IDX bytes of any number of axes up to four as an array; throws `data` as {@link readIdx}. */
export function readIdxArray(name: string, file: Uint8Array): NpArray {
  const rank = file[3] ?? 0;
  if (file.byteLength >= 4 && (rank < 1 || rank > 4))
    fail("data", name, {
      rule: "must have one to four axes",
      got: rank,
      remedy: "Check that the file is not another one renamed",
    });
  const { sizes, bytes } = readIdx(name, file, new Array<null>(rank || 1).fill(null));
  return { where: name, kind: "bytes", shape: sizes, data: bytes };
}
