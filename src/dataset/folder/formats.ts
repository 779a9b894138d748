/** Formats of pictures, told by the first bytes of a file whatever its name says. */

/** A format that may be met; only those with `reads` are decoded. */
export interface PictureFormat {
  readonly name: string;
  /** Endings that say this format. */
  readonly endings: readonly string[];
  /** Tells whether a file begins as this format does. */
  begins(bytes: Uint8Array): boolean;
  /** What sharp calls its reader; absent of formats that are told and refused. */
  readonly reads?: string;
  /** Why it is refused, and what to do instead. */
  readonly refused?: string;
}

/** The bytes of `text` at `at`. */
const has =
  (text: string, at = 0) =>
  (bytes: Uint8Array) =>
    [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));
const any =
  (...tests: ((bytes: Uint8Array) => boolean)[]) =>
  (bytes: Uint8Array) =>
    tests.some((test) => test(bytes));
/** The brand of an ISO base media file. */
const brand = (...names: string[]) => {
  const isBrand = any(...names.map((name) => has(name, 8)));
  return (bytes: Uint8Array) => has("ftyp", 4)(bytes) && isBrand(bytes);
};

/** Text of which the beginning holds `<svg`. */
function isSvg(bytes: Uint8Array): boolean {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4096)).replaceAll("\0", "");
  return /^[^<]{0,4}\s*</.test(start) && /<svg[\s>]/i.test(start);
}

const AS_PNG = "save it as PNG";

const FORMATS: readonly PictureFormat[] = [
  { name: "PNG", endings: ["png"], begins: has("\x89PNG\r\n\x1a\n"), reads: "png" },
  { name: "JPEG", endings: ["jpg", "jpeg", "jpe", "jfif"], begins: has("\xff\xd8\xff"), reads: "jpeg" },
  { name: "WebP", endings: ["webp"], begins: (bytes) => has("RIFF")(bytes) && has("WEBP", 8)(bytes), reads: "webp" },
  { name: "AVIF", endings: ["avif"], begins: brand("avif", "avis"), reads: "heif" },
  {
    name: "TIFF",
    endings: ["tif", "tiff"],
    begins: any(has("II*\0"), has("MM\0*"), has("II+\0"), has("MM\0+")),
    reads: "tiff",
  },
  { name: "GIF", endings: ["gif"], begins: any(has("GIF87a"), has("GIF89a")), reads: "gif" },
  { name: "BMP", endings: ["bmp", "dib"], begins: has("BM"), reads: "magick", refused: AS_PNG },
  { name: "SVG", endings: ["svg"], begins: isSvg, refused: `which is drawn and has no pixels: ${AS_PNG}` },
  { name: "HEIC", endings: ["heic", "heif"], begins: brand("heic", "heix", "hevc", "mif1", "msf1"), refused: AS_PNG },
  { name: "JPEG XL", endings: ["jxl"], begins: any(has("\xff\x0a"), has("JXL ", 4)), refused: AS_PNG },
  { name: "JPEG 2000", endings: ["jp2", "j2k"], begins: any(has("jP  ", 4), has("\xff\x4f\xff\x51")), refused: AS_PNG },
];

/** The formats that are read, for messages. */
export const READABLE = "PNG, JPEG, WebP, AVIF, TIFF, GIF";

/** The format of a file that begins with these bytes; undefined where it is none that is known. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  return FORMATS.find(({ begins }) => begins(bytes));
}

/** Whether the ending of a file's name says another format than it has; one that says none is as good as any. */
export function isMisnamed(name: string, { endings }: PictureFormat): boolean {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return ending !== undefined && !endings.includes(ending) && FORMATS.some((format) => format.endings.includes(ending));
}
