/**
 * Reads ZIP archives (PKWARE's APPNOTE 6.3, ZIP64 included) as PyTorch and NumPy write them: members stored or deflated, no
 * encryption, one disk. Every size is checked against the archive before it is believed, and of the archive no more is
 * read than what is asked for.
 */
import { fail } from "./errors.ts";

/** Where an archive's bytes come from: memory, or a file that need not fit it. */
export interface ByteSource {
  /** Bytes of the whole archive. */
  readonly size: number;
  /** The bytes from `start` to before `end`, which are within the archive. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A member of an archive. */
export interface ZipMember {
  readonly name: string;
  /** Bytes once it is unpacked, and in the archive. */
  readonly size: number;
  readonly packed: number;
  /** The first bytes, at most so many; `data` error where it is damaged. */
  head(most: number): Promise<Uint8Array>;
  /** All bytes, checked by their CRC-32; `data` error where they are damaged. */
  read(): Promise<Uint8Array>;
}

/** Members by name. */
export type Zip = ReadonlyMap<string, ZipMember>;

/** How errors name an archive, and what they say to do about a damaged one. */
export interface ZipPlace {
  readonly where: string;
  readonly remedy: string;
}

const END = { signature: 0x06054b50, bytes: 22, comment: 0xffff };
const LOCATOR = { signature: 0x07064b50, bytes: 20 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
/** Deflate's best: a byte for 1032 of its kind. */
const MOST_EXPANSION = 1032;
const STORED = 0;
const DEFLATED = 8;

/** Bytes that a list of members may take: those of hundreds of thousands of arrays. */
const LONGEST_LIST = 2 ** 26;

/** Bytes in memory as a source of them. */
export function inMemory(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

/** The members of an archive; `data` error where it is cut or damaged. */
export async function openZip(source: ByteSource, place: ZipPlace): Promise<Zip> {
  const { count, start, end } = await directoryOf(source, place);
  const view = viewOf(await source.read(start, end));
  const members = new Map<string, ZipMember>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (!has(view, at, CENTRAL)) damaged(place, "its list of members is cut");
    const entry = entryAt(view, at, place);
    if (members.has(entry.name)) damaged(place, `it has two members ${JSON.stringify(entry.name)}`);
    members.set(entry.name, memberOf(source, entry, { ...place, where: `${place.where}: ${entry.name}` }));
    at = entry.next;
  }
  return members;
}

function damaged({ where, remedy }: ZipPlace, what: string): never {
  return fail("data", where, { rule: `is damaged, cut short, or no ZIP archive: ${what}`, remedy });
}

/** Of one member. */
function broken({ where, remedy }: ZipPlace, what: string): never {
  return fail("data", where, { rule: `is damaged: ${what}`, remedy });
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function has(view: DataView, at: number, { signature, bytes }: { signature: number; bytes: number }): boolean {
  return at >= 0 && at + bytes <= view.byteLength && view.getUint32(at, true) === signature;
}

/** Where the list of members lies, and how many there are. */
interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

async function directoryOf(source: ByteSource, place: ZipPlace): Promise<Directory> {
  const from = Math.max(0, source.size - END.bytes - END.comment - LOCATOR.bytes);
  const view = viewOf(await source.read(from, source.size));
  let at = view.byteLength - END.bytes;
  while (at >= 0 && !has(view, at, END)) at--;
  if (at < 0) return damaged(place, "it has no end");
  const locator = at - LOCATOR.bytes;
  const directory = has(view, locator, LOCATOR)
    ? await wideDirectory(source, wide(view, locator + 8), place)
    : { count: view.getUint16(at + 10, true), start: view.getUint32(at + 16, true), end: from + at };
  const { count, start, end } = directory;
  if (!(start <= end && count <= (end - start) / CENTRAL.bytes)) damaged(place, `it says ${count} members`);
  if (end - start > LONGEST_LIST) damaged(place, `its list of members takes ${end - start} bytes`);
  return directory;
}

/** Of an archive whose sizes may take 64 bits, whose end is at `at`. */
async function wideDirectory(source: ByteSource, at: number, place: ZipPlace): Promise<Directory> {
  if (!(at + END64.bytes <= source.size)) return damaged(place, "its end is not where it says");
  const view = viewOf(await source.read(at, at + END64.bytes));
  if (!has(view, 0, END64)) return damaged(place, "its end is not where it says");
  return { count: wide(view, 32), start: wide(view, 48), end: at };
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

function entryAt(view: DataView, at: number, place: ZipPlace): Entry {
  const u16 = (offset: number) => view.getUint16(at + offset, true);
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const [nameLength, extraLength, commentLength] = [u16(28), u16(30), u16(32)];
  const extra = at + CENTRAL.bytes + nameLength;
  const next = extra + extraLength + commentLength;
  if (next > view.byteLength) damaged(place, "its list of members is cut");
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

function memberOf(source: ByteSource, entry: Entry, place: ZipPlace): ZipMember {
  const { name, size, packed, crc, method } = entry;
  const head = async (most: number) => {
    const contents = await contentsOf(source, entry, place);
    // A byte too many tells that the size is wrong, without unpacking all that there is.
    return method === STORED ? contents.subarray(0, most) : inflate(contents, Math.min(most, size + 1), place);
  };
  return {
    name,
    size,
    packed,
    head,
    async read() {
      const all = await head(size + 1);
      if (all.length > size) broken(place, `it unpacks to more than its ${size} bytes`);
      if (all.length < size) broken(place, `it unpacks to ${all.length} of its ${size} bytes`);
      // Zero is what PyTorch writes where it was told to compute none.
      if (crc !== 0 && crc32(all) !== crc) broken(place, "its checksum is another");
      return all;
    },
  };
}

/** The bytes of a member as they lie in the archive. */
async function contentsOf(source: ByteSource, entry: Entry, place: ZipPlace): Promise<Uint8Array> {
  const { flags, method, local, packed, size } = entry;
  const { where } = place;
  if (flags & 1) fail("data", where, { rule: "must not be encrypted", remedy: "Write it without a password" });
  if (method !== STORED && method !== DEFLATED)
    fail("data", where, { rule: "must be stored or deflated", got: `method ${method}`, remedy: "Write it again" });
  if (method === STORED ? size !== packed : size > packed * MOST_EXPANSION)
    broken(place, `${packed} bytes cannot be ${size}`);
  if (!(local + LOCAL.bytes <= source.size)) broken(place, "it is not where the archive says");
  const view = viewOf(await source.read(local, local + LOCAL.bytes));
  if (!has(view, 0, LOCAL)) broken(place, "it is not where the archive says");
  const start = local + LOCAL.bytes + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + packed > source.size) broken(place, "it reaches beyond the end");
  return source.read(start, start + packed);
}

/** Unpacks until there are `most` bytes, and no further. */
async function inflate(packed: Uint8Array, most: number, place: ZipPlace): Promise<Uint8Array> {
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
    broken(place, "its packed bytes make no sense");
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
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
