/** Small pictures of signed values, in rows with names: pixels of one colour that lie side by side are one stretch of a path. */
import { escapeText } from "./text.ts";

/** From far below zero to far above, after Okabe and Ito; zero is not drawn. */
const COLORS = ["#a13d00", "#f0a878", "#8fbfe0", "#00568f"] as const;

/** A row: its name, and one picture a column. */
export interface TileRow {
  readonly name: string;
  /** `[columns][side * side]`. */
  readonly tiles: readonly (readonly number[])[];
  /** What values are large or small by: the magnitude that parts the two shades. */
  readonly scale: number;
}

interface Layout {
  readonly side: number;
  /** Of the figure, in px. */
  readonly width: number;
  /** Room for names, in px. */
  readonly left: number;
}

const GAP = 10;

/** An `<svg>` of the rows. */
export function drawTiles(rows: readonly TileRow[], { side, width, left }: Layout): string {
  const columns = Math.max(...rows.map(({ tiles }) => tiles.length));
  const size = Math.floor((width - left - GAP) / columns - GAP);
  const height = GAP + rows.length * (size + GAP);
  const drawn = rows.map(({ name, tiles, scale }, r) => {
    const y = GAP + r * (size + GAP);
    const label = `<text x="${left - GAP}" y="${y + size / 2 + 5}" font-size="14" text-anchor="end">${escapeText(name)}</text>`;
    const places = tiles.map((values, c) => {
      const place = `translate(${left + c * (size + GAP)},${y}) scale(${Number((size / side).toFixed(4))})`;
      return `<g transform="${place}"><rect width="${side}" height="${side}" fill="#f4f4f4" />${pathsOf(values, side, scale)}</g>`;
    });
    return [label, ...places].join("\n");
  });
  const ground = '<rect width="100%" height="100%" fill="white" />';
  const frame = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${frame} font-family="DejaVu Sans, system-ui, sans-serif" fill="#222222">${ground}\n${drawn.join("\n")}\n</svg>\n`;
}

function pathsOf(values: readonly number[], side: number, scale: number): string {
  return COLORS.map((color, shade) => {
    const stretches: string[] = [];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; ) {
        const from = x;
        while (x < side && shadeOf(values[y * side + x]!, scale) === shade) x++;
        if (x > from) stretches.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
        else x++;
      }
    return stretches.length === 0 ? "" : `<path fill="${color}" d="${stretches.join("")}" />`;
  }).join("");
}

function shadeOf(value: number, scale: number): number | null {
  if (value === 0) return null;
  if (value < 0) return value < -scale ? 0 : 1;
  return value > scale ? 3 : 2;
}
