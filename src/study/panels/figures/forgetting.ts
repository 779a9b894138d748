/** The lead of tickets over new weights against the exponent by which training forgets the weights that it starts from. */

import * as Plot from "@observablehq/plot";
import { BAND_WORDS, type Band, bandOf } from "../../../figure/band.ts";
import { sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { shortPercent } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure, FigureData } from "../../../figure/figure.ts";
import { describe, pairedDifferences, panelsOf, type ReplicateValue, type Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { withUnit } from "../../../task/words.ts";
import { finalValue, levelsOf, valuesOf, weightsRemaining } from "../../networks/statistics.ts";
import type { PanelDetail } from "../forgetting.ts";

const name = "forgetting";
const title = "Forgetting, and the lead of tickets";

/** How an exponent was reached, and how it looks: colours of Okabe and Ito. */
const LOOKS = [
  { color: "#0072b2", symbol: "circle" },
  { color: "#d55e00", symbol: "square" },
  { color: "#009e73", symbol: "triangle" },
  { color: "#b8578c", symbol: "diamond" },
] as const;

/** The lead of tickets at the last level of one panel. */
interface Lead extends Spread {
  readonly panel: string;
  /** What the recipe was changed by: its name without the exponent. */
  readonly by: string;
  readonly exponent: number;
  /** Ticket minus reinit of each replicate, as it is shown. */
  readonly values: readonly ReplicateValue[];
}

/** Ticket minus reinit at the last level, paired by replicate, against the exponent; absent without one. */
export function forgetting({ title: subtitle, measure, band, rows }: FigureData<PanelDetail>): Figure | AbsentFigure {
  const last = levelsOf(rows).at(-1)!;
  const leads = panelsOf(rows).flatMap((panel) =>
    leadOf(
      rows.filter((row) => row.panel === panel && row.level === last),
      measure,
    ),
  );
  if (last === 0 || leads.length === 0)
    return { name, absent: "no panel has tickets and new weights of a known exponent" };
  const kept = shortPercent(weightsRemaining(rows.filter(({ level }) => level === last)));
  const words =
    measure.unit === "fraction"
      ? `Ticket minus reinit, test ${measure.title} (points)`
      : withUnit(`Ticket minus reinit, test ${measure.title}`, measure);
  const drawing = drawLeads(leads, { yLabel: words, band });
  const ns = leads.map(({ n }) => n);
  const lost = leads.reduce((sum, { diverged }) => sum + diverged, 0);
  const caption = sentences(
    `At ${kept} % of the weights. The exponent is weight decay / (1 - momentum) times the sum of the rates up to the first milestone: first weights decay as exp(-exponent).`,
    "Colours: by what the exponent was reached; equal exponents stand side by side.",
    `Points: mean over replicates (n = ${Math.min(...ns)}${Math.max(...ns) > Math.min(...ns) ? ` to ${Math.max(...ns)}` : ""}), differences paired by replicate; bars: ${BAND_WORDS[band]}.`,
    "Dashed: no lead.",
    lost > 0 ? `Left out: ${lost} replicates with a network that diverged.` : "",
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const drawn = leads.map(({ values: _, ...lead }) => lead);
  const values = leads.flatMap(({ panel, by, exponent, values: own }) =>
    own.map((value) => ({ panel, by, exponent, ...value })),
  );
  return { name, title, caption, svg, drawing, ...csvOf(drawn, values) };
}

function leadOf(rows: readonly PanelDetail[], measure: Measure): Lead[] {
  const value = finalValue(measure);
  const [tickets, others] = ["ticket", "reinit"].map((arm) => rows.filter((row) => row.arm === arm)) as [
    PanelDetail[],
    PanelDetail[],
  ];
  const exponent = tickets[0]?.exponent ?? null;
  if (exponent === null || others.length === 0) return [];
  const values = pairedDifferences(valuesOf(tickets, value), valuesOf(others, value));
  const panel = tickets[0]!.panel ?? "";
  return [
    { panel, by: panel.replace(/ [\d.]+$/, ""), exponent, ...describe(values.map((each) => each.value)), values },
  ];
}

function drawLeads(leads: readonly Lead[], { yLabel, band }: { yLabel: string; band: Band }): string {
  const ways = [...new Set(leads.map(({ by }) => by))];
  const look = (by: string) => LOOKS[ways.indexOf(by) % LOOKS.length]!;
  const ends = leads.flatMap((lead) => [lead.mean, ...bandOf(lead, band)]).filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const margin = 0.06 * (most - least) || 1;
  const exponents = [...new Set(leads.map(({ exponent }) => Number(exponent.toPrecision(3))))].sort((a, b) => a - b);
  const domain = [exponents[0]!, exponents.length > 1 ? exponents.at(-1)! : 2 * exponents[0]!];
  return draw({
    key: ways
      .map((by, i) => `<tspan dx="${i === 0 ? 0 : 16}" font-weight="bold" fill="${look(by).color}">${by}</tspan>`)
      .join(""),
    yLabel,
    marginRight: 28,
    x: { type: "log", domain, axis: null, inset: 24 },
    y: { domain: [least - margin, most + margin], grid: true, ticks: 6, label: null },
    marks: [
      Plot.ruleY([0], { stroke: "#555555", strokeWidth: 2, strokeDasharray: "7 5" }),
      ...ways.map((by, i) => {
        const { color, symbol } = look(by);
        const own = leads.filter((lead) => lead.by === by);
        const place = { x: "exponent", dx: 9 * (i - (ways.length - 1) / 2) };
        return [
          Plot.lineY(
            own.toSorted((a, b) => a.exponent - b.exponent),
            { ...place, y: "mean", stroke: color, strokeWidth: 1.2, strokeOpacity: 0.5 },
          ),
          Plot.ruleX(own, {
            ...place,
            y1: (lead: Lead) => bandOf(lead, band)[0],
            y2: (lead: Lead) => bandOf(lead, band)[1],
            stroke: color,
            strokeWidth: 2,
          }),
          Plot.dot(own, { ...place, y: "mean", fill: color, symbol, r: 4.5 }),
        ];
      }),
      Plot.axisX(exponents, {
        ...{ text: String, label: "Exponent (log scale)" },
        ...{ labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      }),
    ],
  });
}
