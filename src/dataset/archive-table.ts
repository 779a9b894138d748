/** The table of one part of a registered data set, from the bytes of its files, wherever these came from. */

import { readIdx } from "./arrays/idx.ts";
import { cifarTable } from "./cifar.ts";
import type { Archive, DatasetInfo } from "./registry.ts";
import { imageTable, sharedBytes, type Table } from "./table.ts";

/** A file's bytes, unpacked, and how messages name it. */
export interface NamedBytes {
  readonly where: string;
  readonly bytes: Uint8Array;
}

type Shaped = Pick<DatasetInfo, "shape">;

/** Reads the files of a part in the order of the archive; throws `data` where they are of another layout. */
export function archiveTable(format: Archive["format"], files: readonly NamedBytes[], info: Shaped): Table {
  return READERS[format](files, info);
}

const READERS: Readonly<Record<Archive["format"], (files: readonly NamedBytes[], info: Shaped) => Table>> = {
  idx([imageFile, labelFile], { shape }) {
    const [, height, width] = shape;
    const images = readIdx(imageFile!.where, imageFile!.bytes, [null, height, width]);
    const labels = readIdx(labelFile!.where, labelFile!.bytes, [images.sizes[0]!]);
    return imageTable(shared(images.bytes), shared(labels.bytes), shape);
  },
  cifar: (files) => cifarTable(files.map(({ bytes }) => bytes)),
};

/** The bytes where workers share them, which they cannot in a page that is not isolated. */
function shared(bytes: Uint8Array): Uint8Array {
  if (typeof SharedArrayBuffer === "undefined") return bytes;
  const copy = sharedBytes(bytes.byteLength);
  copy.set(bytes);
  return copy;
}
