/**
 * What `torch.save` writes: since PyTorch 1.6 a ZIP archive of one pickle and the bytes of each storage, before that pickles
 * one after the other with the storages behind them. Tensors stay in the file until they are asked for.
 */
import { bytesOf, type Dtype } from "../base/dtype.ts";
import { fail } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Zip, ZipMember } from "../base/zip.ts";
import { Known, type PickleHost, SAVE, Tuple, unpickle } from "./pickle.ts";
import { checkStrided, type ForeignTensor, readStrided } from "./tensor.ts";

/** A run of numbers that tensors are views of. */
class Storage {
  readonly dtype: Dtype;
  readonly count: number;
  readonly bytes: () => Promise<Uint8Array>;
  constructor({ dtype, count }: StorageId, bytes: () => Promise<Uint8Array>) {
    this.dtype = dtype;
    this.count = count;
    this.bytes = bytes;
  }
}

/** A tensor of a pickle; a class, so that it is told from other values. */
export class TorchTensor implements ForeignTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly read: ForeignTensor["read"];
  constructor({ dtype, shape, read }: ForeignTensor) {
    this.dtype = dtype;
    this.shape = shape;
    this.read = read;
  }
}

const STORAGES: ReadonlyMap<string, Dtype> = new Map([
  ...([
    ["FloatStorage", "F32"],
    ["DoubleStorage", "F64"],
    ["HalfStorage", "F16"],
    ["BFloat16Storage", "BF16"],
  ] as const),
  ...([
    ["LongStorage", "I64"],
    ["IntStorage", "I32"],
    ["ShortStorage", "I16"],
    ["CharStorage", "I8"],
  ] as const),
  ...([
    ["ByteStorage", "U8"],
    ["BoolStorage", "BOOL"],
  ] as const),
]);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is Tuple => value instanceof Tuple && value.items.every(isCount);

/** What a state dict may name, by Python's full names: see the module `torch._weights_only_unpickler` for PyTorch's own list. */
function globalsFor(where: string): ReadonlyMap<string, Known> {
  const rebuild = ([storage, offset, size, stride]: readonly unknown[]) =>
    tensorOf(storage, { offset, size, stride }, where);
  const first = ([value]: readonly unknown[]) => value;
  /** A tensor of a subclass or with attributes: the function that makes it, its type, and that function's arguments. */
  const fromType = ([made, , args]: readonly unknown[]) =>
    made instanceof Known && made.call && args instanceof Tuple
      ? made.call(args.items)
      : failCall("_rebuild_from_type_v2", where);
  const calls: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
    "collections.OrderedDict": orderedDict,
    "collections.defaultdict": () => new Map(),
    "torch._utils._rebuild_tensor": rebuild,
    "torch._utils._rebuild_tensor_v2": rebuild,
    "torch._utils._rebuild_parameter": first,
    "torch._utils._rebuild_parameter_with_state": first,
    "torch._tensor._rebuild_from_type_v2": fromType,
    "torch.Size": first,
    "torch.device": first,
  };
  const types = [
    ...["torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer"],
    // What a defaultdict makes its values of.
    ...["builtins.dict", "__builtin__.dict"],
  ];
  return new Map([
    ...Object.entries(calls).map(([name, call]) => [name, new Known(name, call)] as const),
    ...types.map((name) => [name, new Known(name)] as const),
    ...[...STORAGES.keys()].map((name) => [`torch.${name}`, new Known(name)] as const),
  ]);
}

function failCall(name: string, where: string): never {
  return fail("data", where, { rule: `its pickle calls ${name} with what makes no tensor`, remedy: SAVE });
}

/** Python 2 wrote the pairs as an argument, Python 3 sets them one by one. */
function orderedDict([pairs]: readonly unknown[]): Map<unknown, unknown> {
  const items = Array.isArray(pairs) ? pairs : [];
  const entries = items.map((pair) => (pair instanceof Tuple ? pair.items : Array.isArray(pair) ? pair : []));
  return new Map(entries.map(([key, value]) => [key, value]));
}

function tensorOf(
  storage: unknown,
  { offset, size, stride }: Readonly<Record<"offset" | "size" | "stride", unknown>>,
  where: string,
): TorchTensor {
  if (!(storage instanceof Storage) || !isCount(offset) || !isCounts(size) || !isCounts(stride))
    return failCall("_rebuild_tensor_v2", where);
  const { dtype, count } = storage;
  const shape = size.items as readonly number[];
  const layout = { dtype, offset, shape, strides: stride.items as readonly number[] };
  checkStrided(layout, count, `${where}: a tensor of its pickle`);
  return new TorchTensor({ dtype, shape, read: async () => readStrided(await storage.bytes(), layout, where) });
}

interface StorageId {
  readonly dtype: Dtype;
  readonly key: string;
  readonly count: number;
}

/** `("storage", type, key, device, count)`, in old files with what it is a view of. */
function storageId(id: unknown, where: string): StorageId {
  const [kind, type, key, , count, view = null] = id instanceof Tuple ? id.items : [];
  const dtype = type instanceof Known ? STORAGES.get(type.name) : undefined;
  if (kind !== "storage" || !dtype || typeof key !== "string" || !isCount(count))
    return fail("data", where, { rule: "its pickle must refer to storages of numbers alone", remedy: SAVE });
  if (view !== null)
    fail("data", where, { rule: "its storages must not be views of others, as in PyTorch before 0.4", remedy: SAVE });
  return { dtype, key, count };
}

const PICKLE = /^(?:(.*)\/)?data\.pkl$/s;

/** Whether an archive is one of `torch.save`. */
export function isTorchZip(zip: Zip): boolean {
  return [...zip.keys()].some((name) => PICKLE.test(name));
}

/** What the pickle of an archive holds; `data` errors for what is damaged, of another byte order or no state dict. */
export async function readTorchZip(zip: Zip, where: string): Promise<unknown> {
  const name = [...zip.keys()].find((each) => PICKLE.test(each))!;
  const folder = PICKLE.exec(name)![1];
  const member = (path: string) => zip.get(folder === undefined ? path : `${folder}/${path}`);
  if (member("constants.pkl"))
    fail("data", where, {
      rule: "is a TorchScript archive, which holds code beside its tensors",
      remedy: `In Python: torch.save(torch.jit.load(${JSON.stringify(where)}).state_dict(), "weights.pt")`,
    });
  const byteOrder = member("byteorder");
  const order = byteOrder && (await readSmall(byteOrder, where));
  if (order && new TextDecoder().decode(order) !== "little")
    fail("data", where, { rule: "must be of a little-endian machine", remedy: "Write it again on one" });
  const host: PickleHost = {
    globals: globalsFor(where),
    persistent(id) {
      const { dtype, key, count } = storageId(id, where);
      const held =
        member(`data/${key}`) ??
        fail("data", where, { rule: `has no storage ${printable(key)}`, remedy: "Get it again" });
      const size = count * bytesOf(dtype);
      if (held.size !== size)
        fail("data", `${where}: ${held.name}`, { rule: `storage must be of ${size} bytes`, got: held.size });
      return new Storage({ dtype, key, count }, held.read);
    },
  };
  return unpickle(await readSmall(zip.get(name)!, where), host, where).value;
}

/** Bytes of a member that describes tensors: names and shapes of a million of them. */
const DESCRIPTION = 2 ** 26;

function readSmall({ name, size, read }: ZipMember, where: string): Promise<Uint8Array> {
  const rule = `must describe its tensors in ${DESCRIPTION} bytes`;
  if (size > DESCRIPTION) fail("data", `${where}: ${name}`, { rule, got: size, remedy: SAVE });
  return read();
}

/** What an old file begins with, as the number that its first pickle holds. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** What the pickle of an old file holds; null where the bytes are no such file. Errors as of {@link readTorchZip}. */
export function readTorchLegacy(bytes: Uint8Array, where: string): unknown {
  const plain: PickleHost = { globals: new Map() };
  const magic = unpickle(bytes, plain, where);
  if (magic.value !== MAGIC) return null;
  const version = unpickle(bytes, plain, where, magic.end);
  if (version.value !== PROTOCOL)
    fail("data", where, { rule: `must be of PyTorch's protocol ${PROTOCOL}`, got: version.value, remedy: SAVE });
  const system = unpickle(bytes, plain, where, version.end);
  if (system.value instanceof Map && system.value.get("little_endian") === false)
    fail("data", where, { rule: "must be of a little-endian machine", remedy: "Write it again on one" });
  const known = new Map<string, { readonly id: StorageId; readonly storage: Storage }>();
  const places = new Map<string, Uint8Array>();
  const persistent = (asked: unknown) => {
    const id = storageId(asked, where);
    const before = known.get(id.key);
    if (before && (before.id.dtype !== id.dtype || before.id.count !== id.count))
      fail("data", where, { rule: `storage ${printable(id.key)} must have one size and type` });
    const storage = before?.storage ?? new Storage(id, async () => places.get(id.key)!);
    known.set(id.key, { id, storage });
    return storage;
  };
  const contents = unpickle(bytes, { globals: globalsFor(where), persistent }, where, system.end);
  const keys = unpickle(bytes, plain, where, contents.end);
  placeStorages(bytes, { keys: keys.value, start: keys.end, where }, { known, places });
  return contents.value;
}

/** Behind the pickles lies each storage: a 64-bit count of elements, then these. */
function placeStorages(
  bytes: Uint8Array,
  { keys, start, where }: { readonly keys: unknown; readonly start: number; readonly where: string },
  { known, places }: { known: ReadonlyMap<string, { readonly id: StorageId }>; places: Map<string, Uint8Array> },
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = (): never => fail("data", where, { rule: "is cut short: a storage is missing", remedy: "Get it again" });
  let at = start;
  for (const key of Array.isArray(keys) ? keys : []) {
    const { id } = known.get(key) ?? fail("data", where, { rule: "its list of storages must be that of its tensors" });
    if (at + 8 > bytes.length) cut();
    const count = Number(view.getBigInt64(at, true));
    if (count !== id.count)
      fail("data", where, { rule: `storage ${printable(id.key)} must have ${id.count} elements`, got: count });
    const end = at + 8 + count * bytesOf(id.dtype);
    if (end > bytes.length) cut();
    places.set(id.key, bytes.subarray(at + 8, end));
    at = end;
  }
  if ([...known.keys()].some((key) => !places.has(key))) cut();
}
