/**
 * Reader of NPY, NumPy's format of one array: `\x93NUMPY`, a version, a header that is a Python dictionary of element type,
 * order and shape, then the elements (NumPy Enhancement Proposal 1). Nothing of it is run: objects, which NumPy pickles, are refused.
 */

import { fail } from "../../base/errors.ts";

/** What an array holds: `floats` and `integers` as numbers, `flags` 0 and 1, `texts` strings. */
export type ArrayKind = "bytes" | "integers" | "floats" | "flags" | "texts";

/** An array in C order: the last axis is innermost. */
export interface NpArray {
  /** How messages name it. */
  readonly where: string;
  readonly kind: ArrayKind;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float32Array | Float64Array | readonly string[];
}

/** What the header says. */
export interface NpyHeader {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin, and how many bytes they take. */
  readonly offset: number;
  readonly bytes: number;
}

interface ElementType {
  readonly kind: ArrayKind;
  /** Bytes of one element. */
  readonly size: number;
  read(view: DataView, at: number, isLittle: boolean): number | string;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Bytes of a header; NumPy itself reads no longer ones. */
const LONGEST = 10_000;
const REMEDY = "Save it with numpy.save";

const number = (kind: ArrayKind, size: number, read: ElementType["read"]): ElementType => ({ kind, size, read });

/** By NumPy's letters, without the byte order. */
const TYPES: Readonly<Record<string, ElementType>> = {
  b1: number("flags", 1, (view, at) => Number(view.getUint8(at) !== 0)),
  u1: number("bytes", 1, (view, at) => view.getUint8(at)),
  i1: number("integers", 1, (view, at) => view.getInt8(at)),
  u2: number("integers", 2, (view, at, little) => view.getUint16(at, little)),
  i2: number("integers", 2, (view, at, little) => view.getInt16(at, little)),
  u4: number("integers", 4, (view, at, little) => view.getUint32(at, little)),
  i4: number("integers", 4, (view, at, little) => view.getInt32(at, little)),
  u8: number("integers", 8, (view, at, little) => Number(view.getBigUint64(at, little))),
  i8: number("integers", 8, (view, at, little) => Number(view.getBigInt64(at, little))),
  f2: number("floats", 2, (view, at, little) => half(view.getUint16(at, little))),
  f4: number("floats", 4, (view, at, little) => view.getFloat32(at, little)),
  f8: number("floats", 8, (view, at, little) => view.getFloat64(at, little)),
};

/** IEEE 754 binary16. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return (sign * fraction) / 2 ** 24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Fixed-length text in UTF-32, padded with zeros. */
function textType(length: number): ElementType {
  const read: ElementType["read"] = (view, at, little) => {
    let text = "";
    for (let i = 0; i < length; i++) {
      const point = view.getUint32(at + 4 * i, little);
      if (point > 0x10ffff) return "\ufffd";
      text += String.fromCodePoint(point);
    }
    return text.replace(/\0+$/, "");
  };
  return { kind: "texts", size: 4 * length, read };
}

/** The element type and its byte order; throws `data` on one that holds no numbers, texts or flags. */
function typeOf(where: string, descr: string): ElementType & { readonly isLittle: boolean } {
  const [, order, letters = ""] = /^([<>|=])(\w+)$/.exec(descr) ?? [];
  const [, length] = /^U(\d{1,6})$/.exec(letters) ?? [];
  const type = length ? textType(Number(length)) : Object.hasOwn(TYPES, letters) ? TYPES[letters] : undefined;
  if (order !== undefined && type && type.size > 0) return { ...type, isLittle: order !== ">" };
  const rule = "elements must be integers, floats of 16, 32 or 64 bits, booleans or texts";
  const remedy =
    letters === "O"
      ? "Objects are pickled, and never read: save it with .astype(numpy.float32)"
      : "Save it with .astype(numpy.float32)";
  return fail("data", where, { rule, got: descr, remedy });
}

/** Reads the header, at the beginning of `bytes`; throws `data` naming `where` on what NumPy did not write. */
export function readNpyHeader(where: string, bytes: Uint8Array): NpyHeader {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    const got = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    fail("data", where, { rule: "must begin as NumPy's arrays do, with 93 4e 55 4d 50 59", got, remedy: REMEDY });
  }
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3)
    fail("data", where, { rule: "must be of version 1, 2 or 3", got: version, remedy: REMEDY });
  const start = version === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < start ? Number.NaN : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (!(length <= LONGEST && start + length <= bytes.length))
    fail("data", where, { rule: `header must be whole, and of ${LONGEST} bytes at most`, got: length, remedy: REMEDY });
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, start + length));
  return parseHeader(where, text, start + length);
}

function parseHeader(where: string, text: string, offset: number): NpyHeader {
  const inside = /^\{(.*)\}\s*$/s.exec(text)?.[1] ?? "";
  const descr = /'descr':\s*'([^']*)'/.exec(inside)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(inside)?.[1];
  const sizes = /'shape':\s*\(([\d\s,L]*)\)/.exec(inside)?.[1];
  if (descr === undefined && /'descr':\s*\[/.test(inside)) {
    const remedy = "Save each field as an array of its own";
    fail("data", where, { rule: "elements must be numbers, not records of several fields", remedy });
  }
  if (descr === undefined || order === undefined || sizes === undefined)
    return fail("data", where, {
      rule: "header must say descr, fortran_order and shape",
      got: text.trim().slice(0, 80),
      remedy: REMEDY,
    });
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  const bytes = shape.reduce((product, size) => product * size, typeOf(where, descr).size);
  if (!Number.isSafeInteger(bytes))
    fail("data", where, { rule: "shape must be one that memory holds", got: shape.join(" x ") });
  return { descr, isFortran: order === "True", shape, offset, bytes };
}

/** Reads an array; throws `data` naming `where` as {@link readNpyHeader}, and on a file that is cut short or too long. */
export function readNpy(where: string, bytes: Uint8Array): NpArray {
  const header = readNpyHeader(where, bytes);
  const { shape, descr, isFortran, offset } = header;
  if (bytes.length !== offset + header.bytes) {
    const problem = bytes.length < offset + header.bytes ? "is cut short" : "has bytes behind its end";
    const rule = `${problem}: ${shape.join(" x ") || "1"} elements of type ${descr} take ${offset + header.bytes} bytes in all`;
    fail("data", where, { rule, got: bytes.length, remedy: "Save it again" });
  }
  const { kind, size, read, isLittle } = typeOf(where, descr);
  const elements = header.bytes / size;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, header.bytes);
  const at = isFortran && shape.length > 1 ? fortranPlaces(shape) : (i: number) => i;
  const value = (i: number) => read(view, at(i) * size, isLittle);
  if (kind === "texts")
    return { where, kind, shape, data: Array.from({ length: elements }, (_, i) => String(value(i))) };
  const data =
    kind === "bytes" || kind === "flags"
      ? new Uint8Array(elements)
      : size <= 4 && kind === "floats"
        ? new Float32Array(elements)
        : new Float64Array(elements);
  if (kind === "bytes" && !isFortran) data.set(bytes.subarray(offset));
  else for (let i = 0; i < elements; i++) data[i] = value(i) as number;
  return { where, kind, shape, data };
}

/** Where the element of a place in C order is in Fortran's, whose first axis is innermost. */
function fortranPlaces(shape: readonly number[]): (place: number) => number {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  return (place) => {
    let [rest, at] = [place, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      at += (rest % size) * strides[axis]!;
      rest = Math.floor(rest / size);
    }
    return at;
  };
}
