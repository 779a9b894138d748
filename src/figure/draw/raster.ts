/** Pictures of pixels inside drawings: PNG as a `data:` address, in blocks that are stored as they are. */

import { crc32 } from "../../base/zip.ts";

/** Largest stored block of a deflate stream (RFC 1951, section 3.2.4). */
const BLOCK = 65535;

/** Red, green and blue bytes, `[rows][columns][3]`, as a PNG that an `<image>` shows. */
export function pngAddress(pixels: Uint8Array, { width, height }: { width: number; height: number }): string {
  const lines = new Uint8Array(height * (1 + 3 * width));
  for (let row = 0; row < height; row++)
    lines.set(pixels.subarray(3 * width * row, 3 * width * (row + 1)), row * (1 + 3 * width) + 1);
  const header = [...word(width), ...word(height), 8, 2, 0, 0, 0];
  const parts = [chunk("IHDR", header), chunk("IDAT", stored(lines)), chunk("IEND", [])];
  const bytes = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...parts.flat()];
  return `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`;
}

const word = (value: number): number[] => [24, 16, 8, 0].map((by) => (value >>> by) & 0xff);

/** A zlib stream of stored blocks. */
function stored(data: Uint8Array): number[] {
  const blocks = Math.max(1, Math.ceil(data.length / BLOCK));
  const parts = Array.from({ length: blocks }, (_, i) => {
    const own = data.subarray(i * BLOCK, (i + 1) * BLOCK);
    const size = [own.length & 0xff, own.length >>> 8];
    return [Number(i === blocks - 1), ...size, ...size.map((byte) => byte ^ 0xff), ...own];
  });
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return [0x78, 0x01, ...parts.flat(), ...word(((b << 16) | a) >>> 0)];
}

function chunk(name: string, data: readonly number[]): number[] {
  const body = [...[...name].map((letter) => letter.charCodeAt(0)), ...data];
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}
