/** Learned masks as pictures: units of the first layer as they were drawn, and what each mask keeps of them. */
import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { poster, WIDTH } from "../../../figure/draw/draw.ts";
import { shortPercent } from "../../../figure/draw/text.ts";
import { drawTiles, type TileRow } from "../../../figure/draw/tiles.ts";
import type { AbsentFigure, Figure, FigureData } from "../../../figure/figure.ts";
import type { SupermaskDetail } from "../row.ts";

const LEFT = 285;

/** Of the first replicate, a row an arm. */
export function masks({ rows, title: subtitle }: FigureData<SupermaskDetail>): Figure | AbsentFigure {
  const name = "masks";
  const shown = rows.flatMap(({ picture, arm, density }) => (picture ? [{ picture, arm, density }] : []));
  const [first] = shown;
  if (!first) return { name, absent: "no mask was learnt of units that are square pictures" };
  const { side, drawn } = first.picture;
  const tiles: TileRow[] = [
    { name: "as drawn", tiles: drawn, scale: typical(drawn) },
    ...shown.map(({ picture, arm, density }) => ({
      name: `${arm}, ${shortPercent(100 * density)} %`,
      tiles: picture.kept,
      scale: typical(picture.kept),
    })),
  ];
  const title = "What learned masks keep";
  const caption = sentences(
    `Weights of ${drawn.length} units of the first layer, one picture each. Blue is positive, orange negative, dark larger than the typical magnitude of its row; nothing is drawn where a weight is cut.`,
    "After each name stands the share of all weights that its mask keeps. Signed masks have weights of their own, and turn signs round, too.",
    "One replicate.",
  );
  const drawing = drawTiles(tiles, { side, width: WIDTH, left: LEFT });
  const records = shown.flatMap(({ picture, arm }) =>
    picture.kept.map((unit, i) => ({
      arm,
      unit: i,
      kept: unit.filter((value) => value !== 0).length,
      of: unit.length,
    })),
  );
  return { name, title, caption, svg: poster({ title, caption, subtitle }, drawing), drawing, csv: toCsv(records) };
}

/** The middle of the magnitudes that are not 0. */
function typical(units: readonly (readonly number[])[]): number {
  const sizes = units
    .flat()
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}
