/** Figures and reports by the study of a run: which there are, and what is said where there are none. */
import { expect, test } from "vitest";
import { ROWS } from "../study/networks/fixtures/rows.ts";
import { studyNamed } from "../study/registry.ts";
import { drawFigures, reportOf } from "./results.ts";
import { partsOf, resultTable, titleOf } from "./runs.ts";

const runOf = (study: string) => ({ study, spec: { ...studyNamed(study).specOf({}) } });
const session = { command: "tombola run", environment: { engine: "native" }, started: "now", host: "here", pid: 1 };
const whole = (study: string) => ({
  ...runOf(study),
  ...{ id: `${study}-0`, status: "complete" as const, updated: "now", sessions: [session] },
});

test("a study with a figure of its own has no other, and the others have none of those", async () => {
  const names = async (study: string) => (await drawFigures(runOf(study), [])).map(({ name }) => name);
  expect(await names("figure1")).toEqual(["figure1", "angle"]);
  expect(await names("scratch")).toEqual(["scratch"]);
  expect(await names("imp")).toEqual(["accuracy", "accuracy-early-stop", "early-stop", "layers", "curves"]);
  expect(await drawFigures(runOf("figure1"), ROWS, { names: ["accuracy"] })).toEqual([
    { name: "accuracy", absent: "the figures of this study are figure1, angle" },
  ]);
  expect(await drawFigures(runOf("imp"), ROWS, { names: ["figure1"] })).toMatchObject([
    { absent: expect.stringContaining("accuracy, ") },
  ]);
});

test("without rows nothing is drawn, and the report says so", async () => {
  for (const study of ["imp", "methods", "instability", "figure2"]) {
    const figures = await drawFigures(runOf(study), []);
    for (const figure of figures) expect(figure).toMatchObject({ absent: "no network has been trained yet" });
    const html = await reportOf(whole(study), [], figures);
    expect(html).toContain("No network has been trained yet.");
    expect(html).toContain("<h2>Words</h2>");
  }
});

test("a run of a study that is not known has its name for a title, and its rows as they stand", async () => {
  const lost = { study: "lost", spec: { model: "mlp-8" } };
  expect([titleOf(lost), partsOf(lost)]).toEqual(["lost", [lost.spec]]);
  expect(await drawFigures(lost, [], { names: ["any"] })).toEqual([
    { name: "any", absent: "the figures of this study are not known" },
  ]);
  const rows = [
    { artifact: "a", n: 1, deep: { x: 1 } },
    { artifact: "b", n: null, other: true },
  ];
  expect(resultTable({ study: "lost" }, rows)).toEqual({
    header: ["artifact", "n", "other"],
    cells: [
      ["a", "1", "-"],
      ["b", "-", "true"],
    ],
  });
  expect(await reportOf({ ...whole("imp"), ...lost }, rows, [])).not.toContain("<h2>Words</h2>");
});
