/** Decodes pictures into one size, in colour or grey. */

import { createHash } from "node:crypto";
import { readRegular } from "../files/regular.ts";
import { sharedBytes } from "../table.ts";
import type { PictureFormat } from "./formats.ts";
import { atOnce, type Failure, type Picture } from "./pictures.ts";

/** What is made of every picture. */
export interface Decoding {
  /** Height and width, in pixels. */
  readonly size: number;
  /** 3, or 1 for grey. */
  readonly channels: 1 | 3;
}

/** Pixels of a picture before it is cut: those of the largest square that JPEG can say a quarter of. */
const MOST_PIXELS = 2 ** 28;

/** Tells which formats this machine's sharp reads. */
export async function readableFormats(): Promise<(format: PictureFormat) => boolean> {
  const { default: sharp } = await import("sharp");
  const formats: Readonly<Record<string, { readonly input: { readonly buffer: boolean } } | undefined>> = {
    ...sharp.format,
  };
  return ({ reads }) => reads !== undefined && formats[reads]?.input.buffer === true;
}

/**
 * The pictures as `[count][channels][size][size]` bytes on shared memory, and those that cannot be decoded: the shorter side
 * is brought to `size` pixels and the middle cut out; transparency is left out, of several frames the first is taken. Grey
 * becomes colour, or colour grey by the weights of ITU-R 601 that PIL's `convert("L")` has. `onPicture` is told of each.
 */
export async function decodePictures(
  pictures: readonly Picture[],
  { size, channels, onPicture }: Decoding & { readonly onPicture: (picture: Picture) => void },
): Promise<{ readonly images: Uint8Array; readonly failures: ReadonlyMap<number, Failure> }> {
  const each = channels * size * size;
  const images = sharedBytes(pictures.length * each);
  const failures = new Map<number, Failure>();
  await atOnce(pictures, async (picture, i) => {
    const image = images.subarray(i * each, (i + 1) * each);
    await decode(picture, { size, channels }, image).catch((cause) =>
      failures.set(i, { path: picture.path, why: reason(cause) }),
    );
    onPicture(picture);
  });
  return { images, failures };
}

/** What sharp says in its own terms: files that decode with warnings lack bytes or have wrong ones. */
function reason({ message }: Error): string {
  if (message.includes("failOn")) return "cut short or damaged";
  if (/exceeds? pixel limit/.test(message)) return `has more than ${MOST_PIXELS} pixels`;
  return message.trim().split("\n")[0]!;
}

async function decode({ path, sha256 }: Picture, { size, channels }: Decoding, image: Uint8Array): Promise<void> {
  const { default: sharp } = await import("sharp");
  const bytes = await readRegular(path);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new Error("changed while it was read");
  const cut = sharp(bytes, { limitInputPixels: MOST_PIXELS })
    .resize(size, size, { fit: "cover" })
    .toColourspace("srgb")
    .removeAlpha();
  const data = await cut.raw({ depth: "uchar" }).toBuffer();
  const pixels = size * size;
  if (channels === 3)
    for (let c = 0; c < 3; c++) for (let p = 0; p < pixels; p++) image[c * pixels + p] = data[3 * p + c]!;
  else for (let p = 0; p < pixels; p++) image[p] = luma(data[3 * p]!, data[3 * p + 1]!, data[3 * p + 2]!);
}

/** ITU-R 601-2 in whole numbers, as PIL computes it. */
function luma(red: number, green: number, blue: number): number {
  return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
}
