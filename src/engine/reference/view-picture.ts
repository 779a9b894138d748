/** One view of one picture, as plain loops over its pixels, `[channels][rows][columns]` from 0 to 1 (torchvision's formulae). */

/** A picture. */
export interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Float64Array;
}

const clipped = (value: number) => Math.min(1, Math.max(0, value));
const inside = (index: number, extent: number) => Math.max(0, Math.min(index, extent - 1));

/** The picture whose pixel (channel, row, column) is what `at` says. */
function made(of: Picture, at: (channel: number, row: number, column: number) => number): Picture {
  const plane = of.height * of.width;
  const pixels = Float64Array.from({ length: of.channels * plane }, (_, i) =>
    at(Math.floor(i / plane), Math.floor((i % plane) / of.width), i % of.width),
  );
  return { ...of, pixels };
}

const pixelOf =
  ({ height, width, pixels }: Picture) =>
  (channel: number, row: number, column: number) =>
    pixels[(channel * height + row) * width + column]!;

/** Between which pixels of a stretch one of the result lies, and how far from the first. */
function between(i: number, { from, extent, size }: { from: number; extent: number; size: number }) {
  const place = Math.max(0, (i + 0.5) * (extent / size) - 0.5);
  const first = inside(Math.floor(place), extent);
  const [a, b] = [first, inside(first + 1, extent)].map((each) => inside(from + each, size)) as [number, number];
  return { a, b, part: place - first };
}

function crop(picture: Picture, [top, left, height, width]: readonly number[]): Picture {
  const at = pixelOf(picture);
  return made(picture, (c, row, column) => {
    const r = between(row, { from: top!, extent: height!, size: picture.height });
    const k = between(column, { from: left!, extent: width!, size: picture.width });
    const along = (line: number) => (1 - k.part) * at(c, line, k.a) + k.part * at(c, line, k.b);
    return (1 - r.part) * along(r.a) + r.part * along(r.b);
  });
}

const greyAt = (picture: Picture) => {
  const at = pixelOf(picture);
  return (row: number, column: number) =>
    picture.channels === 3
      ? 0.2989 * at(0, row, column) + 0.587 * at(1, row, column) + 0.114 * at(2, row, column)
      : at(0, row, column);
};

/** The picture, `factor` of it, blended with another. */
function blended(picture: Picture, factor: number, other: (row: number, column: number) => number): Picture {
  const at = pixelOf(picture);
  return made(picture, (c, row, column) => clipped(factor * at(c, row, column) + (1 - factor) * other(row, column)));
}

function contrast(picture: Picture, factor: number): Picture {
  const grey = greyAt(picture);
  const { height, width } = picture;
  let sum = 0;
  for (let i = 0; i < height * width; i++) sum += grey(Math.floor(i / width), i % width);
  const mean = sum / (height * width);
  return blended(picture, factor, () => mean);
}

/** Red, green and blue of one pixel with the hue turned by a fraction of the circle. */
function turned([r, g, b]: readonly [number, number, number], shift: number): readonly number[] {
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const range = most - least;
  if (range === 0) return [r, g, b];
  const sixth = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  const hue = sixth / 6 + shift;
  const six = (hue - Math.floor(hue)) * 6;
  const [part, f, s] = [Math.floor(six), six - Math.floor(six), range / most];
  const [p, q, t] = [1 - s, 1 - s * f, 1 - s * (1 - f)].map((each) => clipped(most * each)) as [number, number, number];
  const sixths = [
    [most, t, p],
    [q, most, p],
    [p, most, t],
    [p, q, most],
    [t, p, most],
    [most, p, q],
  ];
  return sixths[part % 6]!;
}

function hue(picture: Picture, shift: number): Picture {
  const at = pixelOf(picture);
  return made(picture, (c, row, column) => {
    const [r, g, b] = [0, 1, 2].map((channel) => at(channel, row, column)) as [number, number, number];
    return turned([r, g, b], shift)[c]!;
  });
}

function blur(picture: Picture, side: number): Picture {
  const along = (of: Picture, rows: boolean) => {
    const at = pixelOf(of);
    const extent = rows ? of.height : of.width;
    const reflected = (i: number) => inside(i < 0 ? -i : i >= extent ? 2 * extent - 2 - i : i, extent);
    return made(of, (c, row, column) => {
      const near = (by: number) => (rows ? at(c, reflected(row + by), column) : at(c, row, reflected(column + by)));
      return side * (near(-1) + near(1)) + (1 - 2 * side) * near(0);
    });
  };
  return along(along(picture, false), true);
}

function quarter(picture: Picture): Picture {
  const at = pixelOf(picture);
  return made(picture, (c, row, column) => at(c, column, picture.width - 1 - row));
}

const SHAKEN: readonly ((picture: Picture, factor: number) => Picture)[] = [
  (picture, factor) => blended(picture, factor, () => 0),
  contrast,
  (picture, factor) => (picture.channels === 3 ? blended(picture, factor, greyAt(picture)) : picture),
  (picture, shift) => (picture.channels === 3 ? hue(picture, shift) : picture),
];

/** The view that numbers say, in the order of src/pretrain/draws.ts. */
export function viewOf(picture: Picture, drawn: readonly number[]): Float64Array {
  let view = crop(picture, drawn.slice(1, 5));
  const mirrored = pixelOf(view);
  if (drawn[5]! > 0) view = made(view, (c, row, column) => mirrored(c, row, view.width - 1 - column));
  for (let step = 0, order = drawn[6]!; step < 4 && order >= 0; step++, order = Math.floor(order / 4))
    view = SHAKEN[order % 4]!(view, drawn[7 + (order % 4)]!);
  if (drawn[11]! > 0) view = blended(view, 0, greyAt(view));
  if (drawn[12]! > 0) view = blur(view, drawn[12]!);
  for (let turn = 0; turn < drawn[13]! && view.height === view.width; turn++) view = quarter(view);
  return view.pixels;
}
