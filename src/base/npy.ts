/**
 * The header of NPY, NumPy's format of one array: `\x93NUMPY`, a version, a Python dictionary of element type, order and
 * shape, then the elements (NumPy Enhancement Proposal 1). Nothing of it is run.
 */
import { fail } from "./errors.ts";

/** What the header says. */
export interface NpyHeader {
  /** The element type as NumPy writes it, `<f4`. */
  readonly descr: string;
  /** Whether the first axis varies fastest. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin, in bytes. */
  readonly offset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Bytes of a header's dictionary; NumPy itself reads no longer ones. */
const LONGEST = 10_000;

/** Bytes in which a header ends. */
export const NPY_HEAD = LONGEST + 12;

/** Tells whether bytes begin as an array does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** Reads the header, at the beginning of `bytes`; throws `data` naming `where`, with `remedy`, on what NumPy did not write. */
export function readNpyHeader(where: string, bytes: Uint8Array, remedy: string): NpyHeader {
  if (!isNpy(bytes)) {
    const got = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    fail("data", where, { rule: "must begin as NumPy's arrays do, with 93 4e 55 4d 50 59", got, remedy });
  }
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3)
    fail("data", where, { rule: "must be of version 1, 2 or 3", got: version, remedy });
  const start = version === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < start ? Number.NaN : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (!(length <= LONGEST && start + length <= bytes.length))
    fail("data", where, { rule: `header must be whole, and of ${LONGEST} bytes at most`, got: length, remedy });
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, start + length));
  return { ...parseHeader(where, text, remedy), offset: start + length };
}

function parseHeader(where: string, text: string, remedy: string): Omit<NpyHeader, "offset"> {
  const inside = /^\{(.*)\}\s*$/s.exec(text)?.[1] ?? "";
  const descr = /'descr':\s*'([^']*)'/.exec(inside)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(inside)?.[1];
  const sizes = /'shape':\s*\(([\d\s,L]*)\)/.exec(inside)?.[1];
  if (descr === undefined && /'descr':\s*\[/.test(inside))
    fail("data", where, {
      rule: "elements must be numbers, not records of several fields",
      remedy: "Save each field as an array of its own",
    });
  if (descr === undefined || order === undefined || sizes === undefined)
    return fail("data", where, {
      rule: "header must say descr, fortran_order and shape",
      got: text.trim().slice(0, 80),
      remedy,
    });
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  return { descr, isFortran: order === "True", shape };
}
