/** Every malformed file of arrays is refused by file, row, column and remedy. */

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dataFile } from "../fixtures/known.ts";
import { loadDataset } from "../load.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-arrays-"));
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** An array as NumPy writes it, of bytes that are given. */
function npy(descr: string, shape: readonly number[], data: Uint8Array): Buffer {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header), data]);
}

const f4 = (shape: readonly number[], values: readonly number[]) =>
  npy("'<f4'", shape, new Uint8Array(Float32Array.from(values).buffer));
const u1 = (shape: readonly number[], values: readonly number[]) => npy("'|u1'", shape, Uint8Array.from(values));

/** A zip archive; `claim` changes what it says of an entry. */
function zip(
  files: Readonly<Record<string, Uint8Array>>,
  claim: (entry: { size: number; crc: number }) => void = () => {},
) {
  const [bodies, heads]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflateRawSync(bytes);
    const entry = { size: bytes.length, crc: crc32(bytes) };
    claim(entry);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(entry.crc, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(entry.size, 18);
    fields.writeUInt16LE(name.length, 22);
    const body = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    heads.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, rest, Buffer.from(name)]));
    bodies.push(body);
    at += body.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(heads.length, 4);
  end.writeUInt16LE(heads.length, 6);
  end.writeUInt32LE(Buffer.concat(heads).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...bodies, ...heads, Buffer.from("PK\x05\x06"), end]);
}

const x = f4([4, 2], [1, 2, 3, 5, 4, 8, 0, 9]);
const y = u1([4], [0, 1, 0, 1]);

async function load(
  files: Readonly<Record<string, Uint8Array>>,
  { words = "", ...claims }: { words?: string; claim?: Parameters<typeof zip>[1] } = {},
) {
  const path = join(root, "data.npz");
  await writeFile(
    path,
    zip(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.npy`, bytes])), claims.claim),
  );
  return loadDataset(`npz:${path}${words}`);
}

test("an archive of x and y is read, whatever their case", async () => {
  expect((await load({ X: x, y })).train.count).toBe(3);
});

describe("a malformed file is refused by row, column and remedy:", () => {
  test.each<[string, Readonly<Record<string, Uint8Array>>, string, string?]>([
    [
      "a missing value",
      { x: f4([4, 2], [1, 2, 3, 5, 4, 8, 0, Number.NaN]), y },
      "data.npz: x, row 3, column 1: must be a number that float32 can hold, got NaN. Fill the value, or leave its row out",
    ],
    [
      "several missing values",
      { x: f4([4, 2], [1, 2, Number.NaN, 5, 4, 8, 0, Number.NaN]), y },
      "x, row 1, column 0: must be a number that float32 can hold, got NaN. Fill the value, or leave its row out; 2 values are missing in all",
    ],
    [
      "a number beyond float32",
      { x: npy("'<f8'", [4, 1], new Uint8Array(Float64Array.of(1, 2, 3, 1e300).buffer)), y },
      "x, row 3, column 0: must be a number that float32 can hold, got 1e+300. Scale the column",
    ],
    [
      "a missing pixel",
      { x: f4([4, 1, 2], [1, 2, 3, 5, 4, 8, 0, Number.NaN]), y },
      "x, row 3, at [0, 1]: must be a number",
    ],
    [
      "a fractional class",
      { x, y: f4([4], [0, 1, 0.5, 1]) },
      'y: classes must be text or integers below 2^53, got "0.5". Choose the task regression',
    ],
    [
      "a missing class",
      { x, y: f4([4], [0, 1, Number.NaN, 1]) },
      "y, row 2: must name a class, got NaN. Fill the value, or leave its row out",
    ],
    [
      "a label that is neither 0 nor 1",
      { x, y: u1([4, 2], [0, 1, 1, 0, 2, 0, 1, 1]) },
      "y, row 2, column 0: must be 0 or 1, got 2. Write 1 where the label applies",
      "?task=multi-label",
    ],
    [
      "one-hot rows",
      { x, y: u1([4, 2], [0, 1, 1, 0, 0, 1, 1, 0]) },
      'y: classes must be one a row, got "shape (4, 2)". Of one-hot rows take .argmax(1)',
    ],
    ["another count of rows", { x, y: u1([3], [0, 1, 0]) }, "y: must hold 4 rows as "],
    [
      "one axis",
      { x: f4([4], [1, 2, 3, 4]), y },
      'x: must be numbers of two axes (rows and features), three or four (pictures), got "floats of shape (4)". Shape it with reshape',
    ],
    [
      "integers as pictures",
      { x: npy("'<i4'", [4, 1, 1], new Uint8Array(16)), y },
      'x: pictures must be of uint8 or floats, got "integers". Save it with .astype(numpy.uint8)',
    ],
    [
      "channels on the second axis",
      { x: u1([4, 3, 2, 2], new Array(48).fill(1)), y },
      'x: channels are the last axis, and 2 are none that pictures have, got "shape (4, 3, 2, 2)". Write :nchw',
    ],
    [
      "channels on the last axis",
      { x: u1([4, 2, 2, 3], new Array(48).fill(1)), y },
      'channels are the second axis, and 2 are none that pictures have, got "shape (4, 2, 2, 3)". Leave out :nchw',
      ":nchw",
    ],
    [
      "objects",
      { x: npy("'|O'", [4, 2], new Uint8Array(9)), y },
      'x: elements must be integers, floats of 16, 32 or 64 bits, booleans or texts, got "|O". Objects are pickled, and never read',
    ],
    [
      "complex numbers",
      { x: npy("'<c8'", [4, 2], new Uint8Array(64)), y },
      'got "<c8". Save it with .astype(numpy.float32)',
    ],
    [
      "records",
      { x: npy("[('a', '<f4'), ('b', '<f4')]", [4], new Uint8Array(32)), y },
      "x: elements must be numbers, not records of several fields. Save each field",
    ],
    [
      "a file that is cut short",
      { x: x.subarray(0, -1), y },
      "x: is cut short: 4 x 2 elements of type <f4 take 160 bytes in all, got 159. Save it again",
    ],
    ["bytes behind the end", { x: Buffer.concat([x, y]), y }, "x: has bytes behind its end"],
    ["no array", { x: Buffer.from("hello there, this is text"), y }, "x: must begin as NumPy's arrays do"],
    ["rows of nothing", { x: f4([0, 2], []), y: u1([0], []) }, 'x: must hold rows, got "shape (0, 2)"'],
    [
      "features that never vary",
      { x: f4([4, 2], [1, 2, 1, 2, 1, 2, 1, 2]), y },
      "x: must have a column that varies over the training rows",
    ],
    [
      "a constant target",
      { x, y: f4([4], [2, 2, 2, 2]) },
      'y, column 0: a target must vary over the training rows, got "2 in all of them"',
      "?task=regression",
    ],
    [
      "one class",
      { x, y: u1([4], [1, 1, 1, 1]) },
      "y: must hold two classes or more, and holds only one, called 1. Choose another target",
    ],
    [
      "another task",
      { x, y },
      'task: must be one of classification, regression, multi-label, got "ranking"',
      "?task=ranking",
    ],
    ["pixels' numbers for features", { x, y }, "mean: does nothing for features", "?mean=0"],
    [
      "numbers for other channels",
      { x: u1([4, 2, 2], new Array(16).fill(1)), y },
      "mean: must be one number, or one for each of the 1 channels",
      "?mean=0,1",
    ],
    [
      "test rows of another shape",
      { x_train: x, y_train: y, x_test: f4([4, 1], [1, 2, 3, 4]), y_test: y },
      "x_test: rows must be as those of ",
    ],
    [
      "test rows of an unknown class",
      { x_train: x, y_train: y, x_test: x, y_test: u1([4], [0, 1, 2, 0]) },
      "y_test, row 2: must be a class of the training file, got 2. Leave the row out",
    ],
    [
      "other names",
      { inputs: x, y },
      'data.npz: must hold the arrays x_train, y_train, x_test, y_test; or train_images, train_labels, test_images, test_labels; or x, y, got "inputs, y". Save them as',
    ],
  ])("%s", async (_, files, message, words) => {
    const failure = load(files, words ? { words } : {});
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(expect.objectContaining({ name: "TombolaError" }));
  });

  test("an archive that is none, is cut short, says a wrong size or a wrong checksum", async () => {
    const path = join(root, "data.npz");
    await writeFile(path, "no archive at all, though long enough");
    await expect(loadDataset(`npz:${path}`)).rejects.toThrow("data.npz: is damaged, cut short, or no ZIP archive");
    await writeFile(path, (await readFile(dataFile("images.npz"))).subarray(0, 900));
    await expect(loadDataset(`npz:${path}`)).rejects.toThrow("data.npz: is damaged, cut short, or no ZIP archive");
    await expect(load({ x, y }, { claim: (entry) => void entry.crc++ })).rejects.toThrow(
      "x.npy: is damaged: its checksum is another",
    );
    await expect(load({ x, y }, { claim: (entry) => void entry.size-- })).rejects.toThrow(
      /x\.npy: is damaged: it unpacks to more than its 159 bytes\. Save it with numpy\.savez/,
    );
    await expect(load({ x, y }, { claim: (entry) => void entry.size++ })).rejects.toThrow(
      /x\.npy: is damaged: it unpacks to 160 of its 161 bytes/,
    );
    await expect(loadDataset(`npz:${join(root, "none.npz")}`)).rejects.toThrow("none.npz: cannot be read (ENOENT");
    await expect(loadDataset(`npz:${root}`)).rejects.toThrow('must be a file, got "a folder"');
  });

  test("an archive that expands a thousandfold, and one that claims more than there is memory", async () => {
    const large = npy("'|u1'", [2 ** 12, 2 ** 13], new Uint8Array(2 ** 25));
    await expect(load({ x: large, y })).rejects.toThrow(
      /data\.npz: x: must not unpack to more than 500 times its \d+ bytes/,
    );
    const claim = (entry: { size: number }) => void (entry.size = 2 ** 32 - 2);
    await expect(load({ x, y }, { claim })).rejects.toThrow(
      /must not unpack to more than 500 times|do not fit in memory/,
    );
  });

  test("two arrays of a name, and a FIFO", async () => {
    const path = join(root, "data.npz");
    await writeFile(path, zip({ "x.npy": x, x: x, "y.npy": y }));
    await expect(loadDataset(`npz:${path}`)).rejects.toThrow('data.npz: must hold an array once, got "x"');
    execFileSync("mkfifo", [join(root, "fifo")]);
    await expect(loadDataset(`npz:${join(root, "fifo")}`)).rejects.toThrow('fifo: must be a file, got "a FIFO"');
    await expect(loadDataset(`csv:${join(root, "fifo")}`)).rejects.toThrow('fifo: must be a file, got "a FIFO"');
  });

  test("npy of another count of files", async () => {
    await expect(loadDataset("npy:x.npy")).rejects.toThrow(
      "must be npy:X.npy,Y.npy, or npy:X.npy,Y.npy,XTEST.npy,YTEST.npy",
    );
  });

  test("IDX files that are missing, of other types, or expand a thousandfold", async () => {
    const folder = join(root, "mnist");
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow("mnist: is no folder that can be read (ENOENT");
    await mkdir(folder);
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(
      "train-images-idx3-ubyte: is not there, plain or .gz. Put train-images",
    );
    await writeFile(join(folder, "train-images-idx3-ubyte.gz"), gzipSync(new Uint8Array(2 ** 25)));
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(
      "train-images-idx3-ubyte.gz: must unpack to 16777216 bytes at most",
    );
    const packed = gzipSync(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1));
    await writeFile(join(folder, "train-images-idx3-ubyte.gz"), Uint8Array.from([...packed, 65, 66]));
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(
      "train-images-idx3-ubyte.gz: must be whole gzip, with nothing behind its end (incorrect header check). Get",
    );
    await writeFile(join(folder, "train-images-idx3-ubyte.gz"), gzipSync(Uint8Array.of(0, 0, 13, 3, 0, 0, 0, 0)));
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(
      "train-images-idx3-ubyte.gz: an IDX header of rank 3 takes 16 bytes",
    );
  });
});
