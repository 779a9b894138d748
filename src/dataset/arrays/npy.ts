/** Reader of NPY, NumPy's format of one array, as what is learnt from: objects, which NumPy pickles, are refused. */

import { fromHalf } from "../../base/dtype.ts";
import { fail } from "../../base/errors.ts";
import { readNpyHeader } from "../../base/npy.ts";

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

interface ElementType {
  readonly kind: ArrayKind;
  /** Bytes of one element. */
  readonly size: number;
  read(view: DataView, at: number, isLittle: boolean): number | string;
}

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
  f2: number("floats", 2, (view, at, little) => fromHalf(view.getUint16(at, little))),
  f4: number("floats", 4, (view, at, little) => view.getFloat32(at, little)),
  f8: number("floats", 8, (view, at, little) => view.getFloat64(at, little)),
};

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

/** Reads an array; throws `data` naming `where` on what NumPy did not write, and on a file that is cut short or too long. */
export function readNpy(where: string, bytes: Uint8Array): NpArray {
  const { shape, descr, isFortran, offset } = readNpyHeader(where, bytes, REMEDY);
  const { kind, size, read, isLittle } = typeOf(where, descr);
  const elements = shape.reduce((product, each) => product * each, 1);
  if (!Number.isSafeInteger(elements * size))
    fail("data", where, { rule: "shape must be one that memory holds", got: shape.join(" x ") });
  const whole = offset + elements * size;
  if (bytes.length !== whole) {
    const problem = bytes.length < whole ? "is cut short" : "has bytes behind its end";
    const rule = `${problem}: ${shape.join(" x ") || "1"} elements of type ${descr} take ${whole} bytes in all`;
    fail("data", where, { rule, got: bytes.length, remedy: "Save it again" });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, elements * size);
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
