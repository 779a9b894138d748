/** What `numpy.savez` and `savez_compressed` write: a ZIP archive of arrays in NumPy's format (NEP 1), versions 1 to 3. */
import { bytesOf, type Dtype } from "../base/dtype.ts";
import { fail } from "../base/errors.ts";
import { NPY_HEAD, readNpyHeader } from "../base/npy.ts";
import type { Zip, ZipMember } from "../base/zip.ts";
import { checkStrided, countOf, type ForeignTensor, readStrided, rowMajor } from "./tensor.ts";

const ENDING = ".npy";

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
  const { descr, shape, isFortran, offset: start } = readNpyHeader(where, await member.head(NPY_HEAD), WRITE);
  const dtype = dtypeOf(descr, where);
  const strides = isFortran ? rowMajor([...shape].reverse()).reverse() : rowMajor(shape);
  const elements = (member.size - start) / bytesOf(dtype);
  if (countOf(shape) !== elements)
    fail("data", where, { rule: `array of shape [${shape}] must have ${countOf(shape)} elements`, got: elements });
  const layout = { dtype, offset: 0, shape, strides };
  checkStrided(layout, elements, where);
  const read = async () => readStrided((await member.read()).subarray(start), layout, where);
  return { dtype, shape, read };
}

function dtypeOf(descr: string, where: string): Dtype {
  const dtype = DTYPES.get(descr);
  if (dtype) return dtype;
  const objects = descr.includes("O");
  const rule = objects ? "must hold numbers, not Python objects" : `must be of ${[...DTYPES.keys()].join(", ")}`;
  return fail("data", where, { rule, got: descr, remedy: WRITE });
}

const WRITE = "In Python: numpy.savez(path, **{name: t.numpy() for name, t in model.state_dict().items()})";
