/**
 * Reader of MATLAB's MAT files of level 5 (MathWorks, MAT-File Format, R2019b), as far as SVHN needs it: little-endian arrays of
 * numbers, compressed or not. No size is believed before it is checked against the bytes that are there.
 */

import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { fail } from "../../base/errors.ts";
import { mostUnpacked } from "../files/memory.ts";

/** An array in MATLAB's order: the first axis is innermost. */
export interface MatArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float64Array;
}

const unpack = promisify(inflate);
const HEADER = 128;
const TYPE = { i8: 1, u8: 2, i16: 3, u16: 4, i32: 5, u32: 6, f32: 7, f64: 9, matrix: 14, compressed: 15 } as const;

/** Bytes of an element and how it is read, by its type; bytes are taken as they are. */
const NUMBERS: Readonly<Record<number, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  [TYPE.i8]: [1, (view, at) => view.getInt8(at)],
  [TYPE.i16]: [2, (view, at) => view.getInt16(at, true)],
  [TYPE.u16]: [2, (view, at) => view.getUint16(at, true)],
  [TYPE.i32]: [4, (view, at) => view.getInt32(at, true)],
  [TYPE.u32]: [4, (view, at) => view.getUint32(at, true)],
  [TYPE.f32]: [4, (view, at) => view.getFloat32(at, true)],
  [TYPE.f64]: [8, (view, at) => view.getFloat64(at, true)],
};

/** The arrays of numbers of a file by their names; throws `data` naming `where` on another format and on a damaged file. */
export async function readMat(where: string, file: Uint8Array): Promise<ReadonlyMap<string, MatArray>> {
  checkHeader(where, file);
  const arrays = new Map<string, MatArray>();
  for (const element of elements(where, file.subarray(HEADER))) {
    const matrix = element.type === TYPE.compressed ? await inflated(where, element.bytes) : element;
    if (matrix?.type !== TYPE.matrix) continue;
    const found = arrayOf(where, matrix.bytes);
    if (found) arrays.set(found.name, found.array);
  }
  return arrays;
}

interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
}

function checkHeader(where: string, file: Uint8Array): void {
  const text = new TextDecoder("latin1").decode(file.subarray(0, 116));
  const remedy = "Save it with -v7 or -v6, on a little-endian machine";
  if (file.length < HEADER || !text.startsWith("MATLAB 5.0 MAT-file") || file[126] !== 0x49 || file[127] !== 0x4d)
    fail("data", where, { rule: "must be a little-endian MAT file of level 5", got: text.slice(0, 30), remedy });
}

/** Elements one behind the other: a tag of eight bytes, or of four with up to four bytes of data, and padding to eight. */
function* elements(where: string, bytes: Uint8Array): Generator<Element> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const short = at + 8 <= bytes.length ? view.getUint16(at + 2, true) : cut(where);
    const type = short > 0 ? view.getUint16(at, true) : view.getUint32(at, true);
    const length = short > 0 ? short : view.getUint32(at + 4, true);
    const start = at + (short > 0 ? 4 : 8);
    if (short > 4 || start + length > bytes.length) cut(where);
    yield { type, bytes: bytes.subarray(start, start + length) };
    // What is compressed is not padded.
    at = short > 0 ? at + 8 : start + (type === TYPE.compressed ? length : Math.ceil(length / 8) * 8);
  }
}

function cut(where: string): never {
  return fail("data", where, { rule: "is damaged or cut short", remedy: "Get the file again" });
}

async function inflated(where: string, bytes: Uint8Array): Promise<Element | undefined> {
  const plain = await unpack(bytes, { maxOutputLength: mostUnpacked(bytes.length) }).catch(() => cut(where));
  const [element] = elements(where, plain);
  return element;
}

/** The name and numbers of a matrix; undefined of cells, structures, texts and sparse ones. */
function arrayOf(where: string, matrix: Uint8Array): { name: string; array: MatArray } | undefined {
  const [flags, sizes, name, real] = [...elements(where, matrix)];
  if (!flags || !sizes || !name || !real || flags.bytes.length < 4) return undefined;
  const shape = [...numbersOf(where, sizes)];
  const data = real.type in NUMBERS || real.type === TYPE.u8 ? numbersOf(where, real) : undefined;
  // Classes from double (6) to uint32 (13) are numbers; complex ones have another flag.
  const isNumeric = flags.bytes[0]! >= 6 && flags.bytes[0]! <= 15 && (flags.bytes[1]! & 8) === 0;
  if (!isNumeric || !data) return undefined;
  if (data.length !== shape.reduce((product, size) => product * size, 1)) cut(where);
  return { name: new TextDecoder("latin1").decode(name.bytes), array: { shape, data } };
}

function numbersOf(where: string, { type, bytes }: Element): Uint8Array | Float64Array {
  if (type === TYPE.u8) return bytes;
  const [size, read] = NUMBERS[type] ?? cut(where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => read(view, i * size));
}
