/** Two views of some test pictures, and to the right of each the view that its projection is nearest to. */
import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { poster, stack, WIDTH } from "../../../figure/draw/draw.ts";
import { pngAddress } from "../../../figure/draw/raster.ts";
import { escapeText } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import type { NearestViews, PretrainingData } from "../row.ts";

/** Of a view as it is drawn, and of the gap behind a pair, in px. */
const [SIDE, GAP, MARGIN, HEAD] = [46, 22, 20, 34] as const;

/** Pairs of a line. */
const PAIRS = Math.floor((WIDTH - 2 * MARGIN + GAP) / (2 * SIDE + GAP));

const RIGHT = "#009e73";
const WRONG = "#d55e00";

/** The figure; absent where no source is told by views. */
export function nearestViews({ title: subtitle, rows }: PretrainingData): Figure | AbsentFigure {
  const name = "nearest-views";
  const shown = rows.flatMap(({ nearest }) => nearest ?? []);
  if (shown.length === 0) return { name, absent: "no network was pre-trained by views and probed" };
  const title = "Views and the nearest to each";
  const caption = sentences(
    "Of each pair the left is a view of a test picture, the right the one of all others drawn here whose projection is nearest.",
    "Framed green where it is the other view of the same picture, orange where it is of another.",
    "Dense networks after pre-training, replicate 0.",
  );
  const drawing = stack(shown.map(panelOf));
  const csv = toCsv(
    shown.flatMap(({ source, nearest }) =>
      nearest.map((other, view) => ({ source, view, nearest: other, right: Number(isRight(nearest, view)) })),
    ),
  );
  return { name, title, caption, drawing, svg: poster({ title, caption, subtitle }, drawing), csv };
}

const isRight = (nearest: readonly number[], view: number) =>
  nearest[view] === (view + nearest.length / 2) % nearest.length;

function panelOf({ source, shape, views, nearest }: NearestViews): string {
  const right = nearest.filter((_, view) => isRight(nearest, view)).length;
  const pictures = views.map((view) => pngAddress(inColour(view, shape), { width: shape[2], height: shape[1] }));
  const pairs = nearest.map((other, view) => {
    const [x, y] = [MARGIN + (view % PAIRS) * (2 * SIDE + GAP), HEAD + Math.floor(view / PAIRS) * (SIDE + GAP / 2)];
    const image = (of: number, at: number) =>
      `<image x="${at}" y="${y}" width="${SIDE}" height="${SIDE}" href="${pictures[of]}" style="image-rendering:pixelated" />`;
    const frame = `<rect x="${x + SIDE + 1}" y="${y}" width="${SIDE}" height="${SIDE}" fill="none" stroke-width="3" stroke="${isRight(nearest, view) ? RIGHT : WRONG}" />`;
    return image(view, x) + image(other, x + SIDE + 1) + frame;
  });
  const height = HEAD + Math.ceil(nearest.length / PAIRS) * (SIDE + GAP / 2) + 8;
  const head = `${source}: ${right} of ${nearest.length} views are nearest to the other view of their picture`;
  const text = `<text x="${MARGIN}" y="20" font-size="16">${escapeText(head)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">${text}\n${pairs.join("\n")}</svg>\n`;
}

/** Pixels as red, green and blue, `[rows][columns][3]`; grey is all three. */
function inColour(view: Uint8Array, [channels, rows, columns]: readonly [number, number, number]): Uint8Array {
  const plane = rows * columns;
  return Uint8Array.from(
    { length: 3 * plane },
    (_, i) => view[(channels === 3 ? i % 3 : 0) * plane + Math.floor(i / 3)]!,
  );
}
