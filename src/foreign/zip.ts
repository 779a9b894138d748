/**
 * Reads ZIP archives (PKWARE's APPNOTE 6.3, ZIP64 included) as PyTorch and NumPy write them: members stored or deflated, no
 * encryption, one disk. Every size is checked against the archive before it is believed.
 */
import { fail } from "../base/errors.ts";

/** A member of an archive. */
export interface ZipMember {
  readonly name: string;
  /** Bytes once it is unpacked. */
  readonly size: number;
  /** The first bytes, at most so many; `data` error where it is damaged. */
  head(most: number): Promise<Uint8Array>;
  /** All bytes, checked by their CRC-32; `data` error where they are damaged. */
  read(): Promise<Uint8Array>;
  /** The bytes in the archive, of a member that is stored as it is; `data` error for one that is packed. */
  stored(): Uint8Array;
}

/** Members by name. */
export type Zip = ReadonlyMap<string, ZipMember>;

const END = { signature: 0x06054b50, bytes: 22, comment: 0xffff };
const LOCATOR = { signature: 0x07064b50, bytes: 20 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
/** Deflate's best: a byte for 1032 of its kind. */
const MOST_EXPANSION = 1032;
const STORED = 0;
const DEFLATED = 8;

/** The members of an archive; `data` error where it is cut or damaged. */
export function openZip(bytes: Uint8Array, where: string): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start } = directoryOf(view, where);
  const members = new Map<string, ZipMember>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (!has(view, at, CENTRAL)) damaged(where, "its list of members is cut");
    const entry = entryAt(view, at, where);
    if (members.has(entry.name)) damaged(where, `it has two members ${JSON.stringify(entry.name)}`);
    members.set(entry.name, memberOf(bytes, entry, `${where}: ${entry.name}`));
    at = entry.next;
  }
  return members;
}

function damaged(where: string, what: string): never {
  return fail("data", where, { rule: `is a damaged ZIP archive: ${what}`, remedy: "Get or write it again" });
}

function has(view: DataView, at: number, { signature, bytes }: { signature: number; bytes: number }): boolean {
  return at >= 0 && at + bytes <= view.byteLength && view.getUint32(at, true) === signature;
}

/** Where the list of members begins, and how many there are. */
function directoryOf(view: DataView, where: string): { readonly count: number; readonly start: number } {
  const last = view.byteLength - END.bytes;
  let at = last;
  while (at >= Math.max(0, last - END.comment) && !has(view, at, END)) at--;
  if (!has(view, at, END)) return damaged(where, "it has no end, so it was cut short");
  const [count, start] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
  if (!has(view, at - LOCATOR.bytes, LOCATOR)) return checked(view, { count, start }, where);
  const at64 = wide(view, at - LOCATOR.bytes + 8);
  if (!has(view, at64, END64)) return damaged(where, "its end is not where it says");
  return checked(view, { count: wide(view, at64 + 32), start: wide(view, at64 + 48) }, where);
}

function checked(view: DataView, directory: { count: number; start: number }, where: string) {
  const room = (view.byteLength - directory.start) / CENTRAL.bytes;
  if (!(directory.count <= room)) damaged(where, `it says ${directory.count} members`);
  return directory;
}

/** A 64-bit whole number; one too large to be exact is larger than any file. */
function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
  /** Where the next entry begins. */
  readonly next: number;
}

const WIDE = 0xffffffff;

function entryAt(view: DataView, at: number, where: string): Entry {
  const u16 = (offset: number) => view.getUint16(at + offset, true);
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const [nameLength, extraLength, commentLength] = [u16(28), u16(30), u16(32)];
  const extra = at + CENTRAL.bytes + nameLength;
  const next = extra + extraLength + commentLength;
  if (next > view.byteLength) damaged(where, "its list of members is cut");
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL.bytes, nameLength));
  const narrow = { size: u32(24), packed: u32(20), local: u32(42) };
  const sizes = Object.values(narrow).includes(WIDE)
    ? widened(view, narrow, { from: extra, to: extra + extraLength })
    : narrow;
  return { name, flags: u16(8), method: u16(10), crc: u32(16), ...sizes, next };
}

/** The sizes with those of the ZIP64 field in place of the ones that do not fit 32 bits, in the format's order. */
function widened<S extends Readonly<Record<string, number>>>(
  view: DataView,
  sizes: S,
  extra: { from: number; to: number },
): S {
  for (let at = extra.from; at + 4 <= extra.to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    const read = Object.entries(sizes).map(([name, value]) => {
      if (value !== WIDE || from + 8 > extra.to) return [name, value];
      from += 8;
      return [name, wide(view, from - 8)];
    });
    return Object.fromEntries(read);
  }
  return sizes;
}

function memberOf(bytes: Uint8Array, entry: Entry, where: string): ZipMember {
  const { name, size, packed, crc, method } = entry;
  if (method === STORED ? size !== packed : size > packed * MOST_EXPANSION)
    damaged(where, `${packed} bytes cannot be ${size}`);
  const contents = () => contentsOf(bytes, entry, where);
  const some = async (most: number) =>
    method === STORED ? contents().subarray(0, most) : inflate(contents(), Math.min(most, size), where);
  return {
    name,
    size,
    head: some,
    async read() {
      const all = await some(size);
      if (all.length !== size) damaged(where, `it has ${all.length} of ${size} bytes`);
      // Zero is what PyTorch writes where it was told to compute none.
      if (crc !== 0 && crc32(all) !== crc) damaged(where, "its bytes do not match its checksum");
      return all;
    },
    stored() {
      const all = contents();
      if (method !== STORED) damaged(where, "it is packed");
      return all;
    },
  };
}

function contentsOf(bytes: Uint8Array, { flags, method, local, packed }: Entry, where: string): Uint8Array {
  if (flags & 1) fail("data", where, { rule: "must not be encrypted", remedy: "Write it without a password" });
  if (method !== STORED && method !== DEFLATED)
    fail("data", where, { rule: "must be stored or deflated", got: `method ${method}`, remedy: "Write it again" });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!has(view, local, LOCAL)) return damaged(where, "it is not where the archive says");
  const start = local + LOCAL.bytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > bytes.length) damaged(where, "it reaches beyond the end");
  return bytes.subarray(start, start + packed);
}

/** Unpacks until there are `most` bytes, and no further. */
async function inflate(packed: Uint8Array, most: number, where: string): Promise<Uint8Array> {
  const result = new Uint8Array(most);
  let length = 0;
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // What goes wrong with the input is told where the output is read.
  writer
    .write(packed as Uint8Array<ArrayBuffer>)
    .then(
      () => writer.close(),
      () => {},
    )
    .catch(() => {});
  const reader = stream.readable.getReader();
  try {
    while (length < most) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, most - length);
      result.set(part, length);
      length += part.length;
    }
  } catch {
    damaged(where, "its packed bytes make no sense");
  } finally {
    await reader.cancel().catch(() => {});
  }
  return result.subarray(0, length);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** The checksum of ZIP archives (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
