/** The measure against weights remaining by source: a panel a target, the dense network as a dashed line. */
import * as Plot from "@observablehq/plot";
import { type Band, bandOf } from "../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../../figure/draw/draw.ts";
import { endNames, floor, NAME_LETTER } from "../../../figure/draw/marks.ts";
import { valueScale, weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { describeReplicates, meanOf, type Spread } from "../../../figure/spread.ts";
import { bandedLine } from "../../networks/lines.ts";
import { pointsOf, type TransferData, type TransferRow } from "../row.ts";
import { groupsOf, valuesOf } from "../statistics.ts";
import { STYLES } from "./styles.ts";

const DENSE = "#555555";

interface Summary extends Spread {
  readonly target: string;
  readonly source: string;
  readonly arm: TransferRow["arm"];
  readonly level: number;
  /** In %. */
  readonly weightsRemaining: number;
}

/** Networks without a mask that are drawn beside the dense one, at every density. */
const FLAT = { l2: "#7a4fbf", weights: "#b07d00" } as const;
const isFlat = ({ arm }: Pick<Summary, "arm">) => arm in FLAT;

/** From dark to light. */
const GREYS = ["#6b6b6b", "#7f7f7f", "#939393", "#a7a7a7", "#bbbbbb"] as const;

/** How some of the lines are drawn. */
interface TicketsOptions {
  /** Names of lines that are grey, as controls are; default none. */
  readonly grey?: readonly string[];
}

/** The measure at the end of training, by level; absent where no source has two levels. */
export function tickets(
  { title: subtitle, rows, band }: TransferData,
  { grey = [] }: TicketsOptions = {},
): Figure | AbsentFigure {
  const name = "tickets";
  const summaries = groupsOf(rows).map((group): Summary => {
    const { target, source, arm, level } = group[0]!;
    const weightsRemaining = 100 * meanOf(group.map(({ density }) => density));
    return { target, source, arm, level, weightsRemaining, ...describeReplicates(valuesOf(group)) };
  });
  const masked = summaries.filter(({ level }) => level > 0);
  const levels = (name: string) => new Set(masked.filter((each) => nameOf(each) === name).map(({ level }) => level));
  if (!masked.some((each) => levels(nameOf(each)).size > 1))
    return { name, absent: "masks of one level alone make no line" };
  const names = [...new Set(masked.map(nameOf))];
  const targets = [...new Set(masked.map(({ target }) => target))];
  const drawing = stack(
    targets.map((target) =>
      panel(
        summaries.filter((each) => each.target === target),
        { rows, lines: stylesOf(names, grey), band },
      ),
    ),
  );
  const title = "Measure by the source of the mask";
  const caption = sentences(
    "Each step to the right leaves fewer weights. Trainings are separate, from the weights before the search.",
    masked.some(({ arm }) => arm === "search") ? "Search: the rounds of the search itself." : "",
    "Dashed: the dense network.",
    names.some((each) => grey.includes(each))
      ? "Grey, without bands: random tickets, averaged over the sources whose masks they follow."
      : "",
    replicatesNote(summaries, band),
    divergedNote(summaries).replace(", marked × at the bottom and left out of the means", ", left out of the means"),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const replicates = rows.map((row) => {
    const { target, source, arm, level, density, replicate } = row;
    return { target, source, arm, level, weightsRemaining: 100 * density, replicate, value: pointsOf(row) };
  });
  return { name, title, caption, svg, drawing, ...csvOf(summaries, replicates) };
}

const nameOf = ({ source, arm }: Pick<Summary, "source" | "arm">) => (arm === "search" ? "search" : source);

type Style = readonly [color: string, symbol: (typeof STYLES)[number][1]];

/** A style for every line, by its place among those in colour or in grey. */
function stylesOf(names: readonly string[], grey: readonly string[]): ReadonlyMap<string, Style> {
  const shades = names.filter((name) => grey.includes(name));
  const colored = names.filter((name) => !grey.includes(name));
  return new Map(
    names.map((name) => {
      const place = shades.indexOf(name);
      const [color, symbol] = STYLES[(place < 0 ? colored.indexOf(name) : place) % STYLES.length]!;
      return [name, [place < 0 ? color : GREYS[place % GREYS.length]!, symbol]];
    }),
  );
}

interface Panel {
  readonly rows: readonly TransferRow[];
  readonly lines: ReadonlyMap<string, Style>;
  readonly band: Band;
}

function panel(own: readonly Summary[], { rows, lines: styles, band }: Panel): string {
  const { target } = own[0]!;
  const { measure } = rows.find((row) => row.target === target)!;
  const lines = [...styles].flatMap(([name, style]) => {
    const line = own.filter((each) => each.level > 0 && nameOf(each) === name).sort((a, b) => a.level - b.level);
    return line.length > 0 ? [{ name, line, style }] : [];
  });
  const flat = own
    .filter(isFlat)
    .map(({ arm, mean: y }) => ({ text: arm as string, y, color: FLAT[arm as keyof typeof FLAT] }));
  const dense = own.find(({ arm }) => arm === "dense")?.mean ?? Number.NaN;
  const isGrey = (each: Summary) => GREYS.some((grey) => grey === styles.get(nameOf(each))?.[0]);
  const bands = own.filter((each) => !isGrey(each)).flatMap((each) => bandOf(each, band));
  const values = [...own.map(({ mean }) => mean), ...bands, dense].filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (most - least || 1);
  const domain = [least - room, most + room] as const;
  return draw({
    yLabel: `${target}: test ${measure.title}`,
    height: 300 + 24 * Math.max(0, lines.length + flat.length - 8),
    marginRight:
      16 +
      NAME_LETTER *
        Math.max(...[...lines.map(({ name }) => name), ...flat.map(({ text }) => text)].map(({ length }) => length)),
    x: weightsScale(own),
    y: valueScale(domain),
    marks: [
      Plot.ruleY(Number.isFinite(dense) ? [dense] : [], { stroke: DENSE, strokeWidth: 2, strokeDasharray: "7 5" }),
      ...(flat.length > 0
        ? [Plot.ruleY(flat, { y: "y", stroke: "color", strokeWidth: 2, strokeDasharray: "2 4" })]
        : []),
      ...lines.map(({ name, line, style: [color, symbol] }) =>
        bandedLine(line, { name, color, symbol, domain, band, opacity: isGrey(line[0]!) ? 0 : 0.12 }),
      ),
      floor,
      weightsAxis(own, 5),
      endNames(
        [
          ...lines.map(({ name: text, line, style: [color] }) => ({
            text,
            color,
            x: line.at(-1)!.weightsRemaining,
            y: line.at(-1)!.mean,
          })),
          ...flat,
        ],
        { domain, log: false, share: 0.085, fontSize: 12 },
      ),
    ],
  });
}
