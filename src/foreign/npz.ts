/** What `numpy.savez` and `savez_compressed` write: a ZIP archive of arrays in NumPy's format (NEP 1), versions 1 to 3. */
import { bytesOf, type Dtype } from "../base/dtype.ts";
import { fail } from "../base/errors.ts";
import { checkStrided, countOf, type ForeignTensor, readStrided, rowMajor } from "./tensor.ts";
import type { Zip, ZipMember } from "./zip.ts";

const ENDING = ".npy";
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Bytes in which a header ends: NumPy's own are of 128, or of 64 more where a shape is long. */
const HEADER = 1 << 12;

const DTYPES: ReadonlyMap<string, Dtype> = new Map([
  ...([
    ["<f4", "F32"],
    ["<f8", "F64"],
    ["<f2", "F16"],
    ["<i8", "I64"],
    ["<i4", "I32"],
    ["<i2", "I16"],
  ] as const),
  ...([
    ["|i1", "I8"],
    ["|u1", "U8"],
    ["|b1", "BOOL"],
  ] as const),
]);

/** Whether an archive is one of arrays. */
export function isNpz(zip: Zip): boolean {
  return zip.size > 0 && [...zip.keys()].every((name) => name.endsWith(ENDING));
}

/** Whether bytes are one array alone. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** The arrays of an archive by their names; `data` errors for what is damaged, and for arrays of anything but numbers. */
export async function readNpz(zip: Zip, where: string): Promise<Map<string, ForeignTensor>> {
  const tensors = new Map<string, ForeignTensor>();
  for (const [path, member] of zip) {
    const name = path.slice(0, -ENDING.length);
    tensors.set(name, await arrayOf(member, `${where}: ${name}`));
  }
  return tensors;
}

async function arrayOf(member: ZipMember, where: string): Promise<ForeignTensor> {
  const { dtype, shape, fortran, start } = headerOf(await member.head(HEADER), where);
  const strides = fortran ? rowMajor([...shape].reverse()).reverse() : rowMajor(shape);
  const elements = (member.size - start) / bytesOf(dtype);
  if (countOf(shape) !== elements)
    fail("data", where, { rule: `array of shape [${shape}] must have ${countOf(shape)} elements`, got: elements });
  const layout = { dtype, offset: 0, shape, strides };
  checkStrided(layout, elements, where);
  const read = async () => readStrided((await member.read()).subarray(start), layout, where);
  return { dtype, shape, read };
}

interface NpyHeader {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest. */
  readonly fortran: boolean;
  /** Where the elements begin. */
  readonly start: number;
}

const FIELDS = /^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(((?:\d+, ?)*\d*)\),? ?\}\s*$/;

function headerOf(bytes: Uint8Array, where: string): NpyHeader {
  const major = bytes[6];
  if (bytes.length < 12 || !isNpy(bytes) || major === undefined || major < 1 || major > 3)
    return fail("data", where, { rule: "must be an array of NumPy's format, versions 1 to 3", remedy: WRITE });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = major === 1 ? 10 : 12;
  const start = begin + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) fail("data", where, { rule: `header must end in ${HEADER} bytes`, got: start });
  const text = new TextDecoder("latin1").decode(bytes.subarray(begin, start));
  const [, descr, order, sizes] = FIELDS.exec(text) ?? [];
  if (descr === undefined) return fail("data", where, { rule: "must be an array of one number format", remedy: WRITE });
  const dtype = DTYPES.get(descr);
  if (!dtype) {
    const objects = descr.includes("O");
    const rule = objects ? "must hold numbers, not Python objects" : `must be of ${[...DTYPES.keys()].join(", ")}`;
    return fail("data", where, { rule, got: descr, remedy: WRITE });
  }
  const shape = sizes!
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  return { dtype, shape, fortran: order === "True", start };
}

const WRITE = "In Python: numpy.savez(path, **{name: t.numpy() for name, t in model.state_dict().items()})";
