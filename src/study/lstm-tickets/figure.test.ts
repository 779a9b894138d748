/** The figure of LSTM tickets on fixed rows, as SVG that is reviewed in the diff. */
import { expect, test } from "vitest";
import { type Figure, isFigure } from "../../figure/figure.ts";
import { csvRecords } from "../../figure/fixtures/csv.ts";
import { LANGUAGE } from "../../task/text/measures.ts";
import { measuring, PANEL_ROWS } from "../networks/fixtures/rows.ts";
import type { RowDetail } from "../networks/row.ts";
import { lstmTickets } from "./kind.ts";

/** The rows of two panels, told in nats a token, with one-shot masks that lose the more the fewer weights there are. */
const rows: readonly RowDetail[] = PANEL_ROWS.flatMap((row) => {
  const panel = row.panel === "rate 0.01" ? "all parameters" : "encoder only";
  const nats = row.measure.value === null ? null : 4.9 + 20 * (0.98 - row.measure.value);
  const told = { ...measuring(row, nats, LANGUAGE[0]), panel };
  if (row.arm !== "rewound") return [told];
  const worse = nats === null ? null : nats + 0.02 * row.level;
  return [told, { ...measuring(told, worse, LANGUAGE[0]), arm: "oneshot" as const }];
});

async function draw(): Promise<Figure> {
  const drawn = await lstmTickets.figures[0]!.draw({ title: "lstm-2-128", measure: LANGUAGE[0], rows, band: "ci" });
  if (!isFigure(drawn)) throw new Error(drawn.absent);
  return drawn;
}

test("looks as reviewed", async () => {
  await expect((await draw()).svg).toMatchFileSnapshot("fixtures/lstm-tickets.svg");
});

test("shows log-perplexity by density with intervals, a panel for each choice of what is pruned", async () => {
  const { svg, csv, caption } = await draw();
  expect(svg).toContain("Test log-perplexity (nats a token)");
  expect(caption).toMatch(/bars: 95\s% interval of the mean/);
  const all = csvRecords(csv);
  expect([...new Set(all.map(({ panel }) => panel))]).toEqual(["all parameters", "encoder only"]);
  expect([...new Set(all.map(({ arm }) => arm))].sort()).toEqual(["dense", "oneshot", "reinit", "rewound", "ticket"]);
});
