import { expect, test } from "vitest";
import { pageScript } from "../../figure/page/script.ts";
import { report } from "../../figure/report.ts";
import { ACCURACY } from "../../task/words.ts";
import type { FigureKind } from "../kind.ts";
import { figure1 } from "../panels/kind.ts";
import { PRUNING_FIGURES } from "../pruning/figures/index.ts";
import { measuring, PANEL_ROWS, PRICE, PRICE_ROWS, ROWS } from "./fixtures/rows.ts";
import { networkReport } from "./report.ts";
import type { RowDetail } from "./row.ts";

const title = "Tickets & <controls>";
const drawAll = (figures: readonly FigureKind<RowDetail>[], rows: readonly RowDetail[], measure = ACCURACY) =>
  Promise.all(figures.map((figure) => figure.draw({ title, measure, rows, band: "ci" })));
const html = report({
  title,
  ...networkReport(ROWS, ACCURACY),
  spec: { study: "imp", optimizer: { name: "adam", learningRate: 0.0012 }, note: "</td><script>" },
  environment: { engine: "native", command: 'tombola run imp --data-dir "a b"' },
  figures: await drawAll(PRUNING_FIGURES, ROWS),
});

test("everything is there", () => {
  for (const name of ["accuracy", "accuracy-early-stop", "early-stop", "layers", "curves"]) {
    expect(html).toContain(`<figure id="${name}">`);
  }
  // Four of the five have their weights on a linear axis, too.
  expect(html.match(/<div class="plot">/g)).toHaveLength(5);
  expect(html.match(/<div class="plot" hidden>/g)).toHaveLength(4);
  for (const text of ["<td>imp</td>", "learningRate", "<td>native</td>", "Rewind point", "<td>fc1", "fc3 (%)"]) {
    expect(html.includes(text) || html.includes(text.replace("<td>", '<th scope="col">'))).toBe(true);
  }
  expect(html).toContain("The sparsest ticket whose mean is no worse than the dense mean");
});

test("a row of the table for every arm and level, dense first", () => {
  const rows = [...html.matchAll(/<tr><td>(dense|ticket|reinit|random)<\/td><td>(\d+)<\/td>/g)].map(
    (m) => `${m[1]} ${m[2]}`,
  );
  expect(rows[0]).toBe("dense 0");
  expect(rows).toHaveLength(13);
});

test("differences of tickets are told by replicate, with an interval and no verdict", () => {
  const [, section] = html.split("<h2>Differences</h2>");
  expect(section).toContain("They are no verdicts: nothing was registered before the run");
  const rows = [...section!.split("</section>")[0]!.matchAll(/<tr><td>(\d+)<\/td>(.*)<\/tr>/g)].map((m) =>
    m[0].replace(/<tr><td>|<\/td><\/tr>/g, "").split("</td><td>"),
  );
  expect(rows.map(([level, , arm]) => `${level} ${arm}`)).toEqual(
    [4, 8, 12, 16].flatMap((level) => ["dense", "reinit", "random"].map((arm) => `${level} ${arm}`)),
  );
  const [, , , mean, interval, n, values] = rows.find(([level, , arm]) => level === "8" && arm === "reinit")!;
  const own = values!.split("; ").map(Number);
  expect([own.length, n]).toEqual([3, "3"]);
  expect(Number(mean)).toBeCloseTo(
    own.reduce((sum, value) => sum + value / 3, 0),
    1,
  );
  expect(interval).toMatch(/^0\.\d\d to 1\.\d\d$/);
  const lost = rows.find(([level, , arm]) => level === "16" && arm === "reinit")!;
  expect([lost[5], lost[6]]).toEqual(["2", expect.stringMatching(/^\d\.\d\d; –; \d\.\d\d$/)]);
});

test("panels have their own findings and layers, and one table side by side", async () => {
  const panels = report({
    ...{ title, ...networkReport(PANEL_ROWS, ACCURACY), spec: {}, environment: {} },
    figures: await drawAll(figure1.figures.slice(0, 1), PANEL_ROWS),
  });
  for (const panel of ["rate 0.01", "rate 0.1"]) {
    expect(panels).toContain(`<li>R${panel.slice(1)}: `);
    expect(panels).toContain(`Weights remaining in every layer, ${panel}`);
    const row = new RegExp(
      `<tr><td>8</td><td>[\\d.]+</td><td>${panel}</td>(<td>\\d+\\.\\d\\d \\(\\d+\\.\\d\\d to \\d+\\.\\d\\d\\)</td>){3}`,
    );
    expect(panels).toMatch(row);
  }
  expect(html).not.toContain("Panels side by side");
});

test("of a regression everything is in the target's unit, and what diverged is counted and has a dash", async () => {
  const lost = PRICE_ROWS.map((row) => (row.arm === "random" ? measuring(row, null, PRICE) : row));
  const prices = report({
    ...{ title, ...networkReport(lost, PRICE), spec: {}, environment: {} },
    figures: await drawAll(PRUNING_FIGURES, lost, PRICE),
  });
  expect(prices).toContain("<h2>Test RMSE at the end of training</h2>");
  expect(prices).toContain("<h3>Test RMSE at the end of training</h3>");
  expect(prices).toContain('<th scope="col">Mean (price)</th>');
  expect(prices).toContain(
    "<td>random</td><td>16</td><td>3.11</td><td>–</td><td>–</td><td>–</td><td>–</td><td>–</td><td>0</td><td>3</td>",
  );
  expect(prices).toContain("and the test RMSE there");
  const told = prices.replaceAll(/<figure id="[^"]*">/g, "").replace(pageScript(), "");
  expect(told).not.toMatch(/accurac|NaN|null|undefined|[-–][ \u00a0]?%/i);
});

test("nothing is fetched, and all that is run is the page's own script", () => {
  const [before, script, after] = html.split(/<script>|<\/script>/);
  expect(script).toBe(`\n${pageScript()}\n`);
  for (const part of [`${before}${after}`, script!])
    expect(part.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /http|<script|<link|@import|url\(|src=|fetch|import\(/,
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
