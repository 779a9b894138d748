/** The figures of the study on fixed rows, as SVG that is reviewed in the diff. */
import { expect, test } from "vitest";
import { isFigure } from "../../../figure/figure.ts";
import { ACCURACY } from "../../../task/words.ts";
import { pretrainingReport } from "../report.ts";
import type { NearestViews, PretrainingDetail } from "../row.ts";
import type { PretrainingArm } from "../spec.ts";
import { nearestViews } from "./nearest.ts";
import { tickets } from "./tickets.ts";

/** What an arm lies below the ticket, and loses a level. */
const ARMS: Readonly<Partial<Record<PretrainingArm, readonly [below: number, loss: number]>>> = {
  ticket: [0, 0.01],
  scratch: [0.08, 0.015],
  random: [0.01, 0.03],
};

function row(
  arm: PretrainingArm,
  level: number,
  replicate: number,
  readout: "probe" | "fine-tuned",
): PretrainingDetail {
  const [below, loss] = ARMS[arm]!;
  const value = (readout === "probe" ? 0.55 : 0.7) - below - loss * level + 0.004 * replicate * (1 + (level % 2));
  const of = { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" } as const;
  return {
    ...{
      source: "simclr",
      target: "cifar10",
      arm,
      level,
      labels: readout === "probe" ? 45000 : 5000,
      readout,
      replicate,
    },
    ...{ density: 0.8 ** level, weights: 1000 * 0.8 ** level, prunable: 1000, measure: { ...of, value } },
    ...{ measures: { accuracy: value }, testLoss: 1, seconds: 1, artifact: `${arm} ${level} ${replicate} ${readout}` },
  };
}

/** Two pictures of one colour each, in views of two shades; the last view is nearest to one of the other picture. */
const nearest: NearestViews = {
  ...{ source: "simclr", shape: [3, 2, 2] },
  views: [200, 90, 180, 100].map((shade, n) =>
    Uint8Array.from({ length: 12 }, (_, i) => (i < 4 === n % 2 > 0 ? shade : 20)),
  ),
  nearest: [2, 3, 0, 0],
};

const rows = [0, 1, 2].flatMap((replicate) =>
  [0, 5, 12].flatMap((level) => [
    { ...row("ticket", level, replicate, "probe"), ...(level + replicate === 0 && { nearest }) },
    ...(["ticket", "scratch", "random"] as const).flatMap((arm) =>
      level === 0 && arm === "random" ? [] : [row(arm, level, replicate, "fine-tuned")],
    ),
  ]),
);
const data = { title: "resnet-20-projected64, simclr for 10ep", measure: ACCURACY, rows, band: "ci" as const };

test.each([
  ["tickets", tickets],
  ["nearest-views", nearestViews],
])("%s", async (name, draw) => {
  const figure = draw(data);
  if (!isFigure(figure)) throw new Error(figure.absent);
  await expect(figure.svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
});

test("a probe or a level alone makes no figure, and says why", () => {
  expect(tickets({ ...data, rows: rows.filter(({ level }) => level === 0) })).toMatchObject({
    absent: expect.any(String),
  });
  const without = rows.map(({ nearest: _, ...rest }) => rest);
  expect(nearestViews({ ...data, rows: without })).toMatchObject({ absent: expect.any(String) });
});

test("the nearest views are told right where they are of one picture", () => {
  const figure = nearestViews(data);
  expect(isFigure(figure) && figure.csv.trim().split("\r\n").slice(1)).toEqual([
    "simclr,0,2,1",
    "simclr,1,3,1",
    "simclr,2,0,1",
    "simclr,3,0,0",
  ]);
});

test("a report sets pre-trained beside first weights, and says what three replicates allow", () => {
  const { findings, sections } = pretrainingReport(rows, ACCURACY);
  expect(findings.length).toBe(1);
  expect(findings[0]!.replaceAll("\u00a0", " ")).toMatch(/by simclr .* by \+8\.00 points.*n = 3: not established/);
  expect(sections[0]!.html).toContain("fine-tuned");
});
