import { expect, test } from "vitest";
import { report } from "../../figure/report.ts";
import type { FigureKind } from "../kind.ts";
import { figure1 } from "../panels/kind.ts";
import { PRUNING_FIGURES } from "../pruning/figures/index.ts";
import { PANEL_ROWS, ROWS } from "./fixtures/rows.ts";
import { networkReport } from "./report.ts";
import type { RowDetail } from "./row.ts";

const title = "Tickets & <controls>";
const drawAll = (figures: readonly FigureKind<RowDetail>[], rows: readonly RowDetail[]) =>
  Promise.all(figures.map((figure) => figure.draw({ title, rows })));
const html = report({
  title,
  ...networkReport(ROWS),
  spec: { study: "imp", optimizer: { name: "adam", learningRate: 0.0012 }, note: "</td><script>" },
  environment: { engine: "native", command: 'tombola run imp --data-dir "a b"' },
  figures: await drawAll(PRUNING_FIGURES, ROWS),
});

test("everything is there", () => {
  for (const name of ["accuracy", "accuracy-early-stop", "early-stop", "layers", "curves"]) {
    expect(html).toContain(`<figure id="${name}">`);
  }
  expect(html.match(/<svg /g)).toHaveLength(5);
  for (const text of ["<td>imp</td>", "learningRate", "<td>native</td>", "Rewind point", "<td>fc1", "fc3 (%)"]) {
    expect(html.includes(text) || html.includes(text.replace("<td>", '<th scope="col">'))).toBe(true);
  }
  expect(html).toContain("The sparsest ticket that still matches");
});

test("a row of the table for every arm and level, dense first", () => {
  const rows = [...html.matchAll(/<tr><td>(dense|ticket|reinit|random)<\/td><td>(\d+)<\/td>/g)].map(
    (m) => `${m[1]} ${m[2]}`,
  );
  expect(rows[0]).toBe("dense 0");
  expect(rows).toHaveLength(13);
});

test("panels have their own findings and layers, and one table side by side", async () => {
  const panels = report({
    ...{ title, ...networkReport(PANEL_ROWS), spec: {}, environment: {} },
    figures: await drawAll(figure1.figures, PANEL_ROWS),
  });
  for (const panel of ["rate 0.01", "rate 0.1"]) {
    expect(panels).toContain(`<li>R${panel.slice(1)}: `);
    expect(panels).toContain(`Weights remaining in every layer, ${panel}`);
    const row = new RegExp(
      `<tr><td>8</td><td>[\\d.]+</td><td>${panel}</td>(<td>\\d+\\.\\d\\d ± \\d+\\.\\d\\d</td>){3}`,
    );
    expect(panels).toMatch(row);
  }
  expect(html).not.toContain("Panels side by side");
});

test("nothing is fetched and nothing is run", () => {
  expect(html.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
    /http|<script|<link|@import|url\(|src=/,
  );
});

test("text cannot become markup", () => {
  expect(html).toContain("<h1>Tickets &#38; &#60;controls&#62;</h1>");
  expect(html).not.toContain("<controls>");
  expect(html).toContain("&#60;/td&#62;&#60;script&#62;");
});

test("an absent figure is named with its reason, and a page without words has none", () => {
  const page = report({
    title,
    ...{ findings: [], sections: [], glossary: [], spec: {}, environment: {} },
    figures: [{ name: "early-stop", absent: "the study had no validation split" }],
  });
  expect(page).toContain("Figure early-stop is not here: the study had no validation split.");
  expect(page).not.toContain("<h2>Words</h2>");
});
