/** Accuracy against weights remaining: a panel for each target and readout, a line for each source and arm, controls grey. */
import { bandOf } from "../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../../figure/draw/draw.ts";
import { endNames, floor, NAME_LETTER } from "../../../figure/draw/marks.ts";
import { valueScale, weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { describeReplicates, meanOf, type Spread } from "../../../figure/spread.ts";
import { bandedLine } from "../../networks/lines.ts";
import { type PretrainingData, type PretrainingRow, pointsOf } from "../row.ts";
import { groupsOf } from "../rows.ts";

/** Colours of Okabe and Ito and symbols of tickets, by the place of their source; controls are shades of grey. */
const TICKETS = [
  ["#0072b2", "circle"],
  ["#d55e00", "square"],
  ["#009e73", "triangle"],
  ["#b8578c", "diamond"],
] as const;
const GREYS = [
  ["#555555", "cross"],
  ["#888888", "hexagon"],
  ["#333333", "star"],
  ["#a0a0a0", "wye"],
  ["#6f6f6f", "square"],
  ["#777777", "diamond"],
] as const;

interface Summary extends Spread, Pick<PretrainingRow, "source" | "target" | "arm" | "level" | "readout" | "labels"> {
  /** In %. */
  readonly weightsRemaining: number;
}

const nameOf = ({ source, arm }: Pick<Summary, "source" | "arm">) => `${source} ${arm}`;

/** The figure; absent where rows are of one level alone. */
export function tickets({ title: subtitle, rows, band }: PretrainingData): Figure | AbsentFigure {
  const name = "tickets";
  const summaries = groupsOf(rows).map((group): Summary => {
    const { source, target, arm, level, readout, labels } = group[0]!;
    const values = group.map((row) => ({ replicate: row.replicate, value: pointsOf(row) }));
    const weightsRemaining = 100 * meanOf(group.map(({ density }) => density));
    return { ...{ source, target, arm, level, readout, labels }, weightsRemaining, ...describeReplicates(values) };
  });
  if (new Set(summaries.map(({ level }) => level)).size < 2)
    return { name, absent: "masks of one level alone make no line" };
  const sources = [...new Set(summaries.filter(({ arm }) => arm === "ticket").map(({ source }) => source))];
  const panels = [...new Set(summaries.map(({ target, readout }) => JSON.stringify([target, readout])))];
  const drawing = stack(
    panels.map((panel) =>
      panelOf(
        summaries.filter(({ target, readout }) => JSON.stringify([target, readout]) === panel),
        { sources, band },
      ),
    ),
  );
  const title = "Accuracy by pre-training and mask";
  const caption = sentences(
    `Labels: ${labelsText(summaries)}.`,
    "Each step to the right leaves fewer weights. Tickets are coloured by their source, controls grey;",
    "a control's weights are those of its source, but of scratch and task-scratch, which begin without pre-training.",
    replicatesNote(summaries, band),
    divergedNote(summaries).replace(", marked × at the bottom and left out of the means", ", left out of the means"),
  );
  const replicates = rows.map((row) => {
    const { source, target, arm, level, readout, labels, density, replicate } = row;
    return {
      source,
      target,
      arm,
      level,
      readout,
      labels,
      weightsRemaining: 100 * density,
      replicate,
      value: pointsOf(row),
    };
  });
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, replicates) };
}

/** How many labels each panel's networks learnt from. */
function labelsText(summaries: readonly Summary[]): string {
  const told = summaries.map(
    ({ target, readout, labels }) => `${labels.toLocaleString("en-US")} of ${target} (${readout})`,
  );
  return [...new Set(told)].join(", ");
}

type Style = (typeof TICKETS | typeof GREYS)[number];

function panelOf(
  own: readonly Summary[],
  { sources, band }: { sources: readonly string[]; band: PretrainingData["band"] },
): string {
  const { target, readout } = own[0]!;
  const names = [...new Set(own.map(nameOf))];
  const controls = names.filter((name) => !name.endsWith(" ticket"));
  const styleOf = (name: string): Style =>
    name.endsWith(" ticket")
      ? TICKETS[sources.findIndex((source) => name === `${source} ticket`) % TICKETS.length]!
      : GREYS[controls.indexOf(name) % GREYS.length]!;
  const lines = names.map((name) => {
    const line = own.filter((each) => nameOf(each) === name).sort((a, b) => a.level - b.level);
    return { name, line, style: styleOf(name) };
  });
  const values = own.flatMap((each) => [each.mean, ...bandOf(each, band)]).filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (most - least || 1);
  const domain = [least - room, most + room] as const;
  return draw({
    yLabel: `${target}, ${readout}: test accuracy (%)`,
    height: 320,
    marginRight: 16 + NAME_LETTER * Math.max(...names.map((name) => name.length)),
    x: weightsScale(own),
    y: valueScale(domain),
    marks: [
      ...lines.map(({ name, line, style: [color, symbol] }) =>
        bandedLine(line, { name, color, symbol, domain, band, opacity: 0.12 }),
      ),
      floor,
      weightsAxis(own, 5),
      endNames(
        lines.map(({ name: text, line, style: [color] }) => ({
          text,
          color,
          x: line.at(-1)!.weightsRemaining,
          y: line.at(-1)!.mean,
        })),
        { domain, log: false, share: 0.085, fontSize: 12 },
      ),
    ],
  });
}
