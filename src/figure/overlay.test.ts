/** Several runs in one drawing: the axis has a place for every line. */
import { expect, test } from "vitest";
import type { Measure } from "../task/task.ts";
import { isFigure } from "./figure.ts";
import { type LineOfRun, overlay } from "./overlay.ts";

const accuracy: Measure = { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" };

const line = (label: string, means: readonly number[]): LineOfRun => ({
  ...{ run: label, arm: "ticket", label },
  points: means.map((mean, at) => ({
    ...{ at, weightsRemaining: 100 * 0.5 ** at, mean, min: mean - 0.5, max: mean + 0.5 },
    ...{ low: mean - 1, high: mean + 1, sd: 0.5, n: 3, diverged: 0, values: [] },
  })),
});

test("the axis shows the best of every line, and spares what collapsed", () => {
  const lines = [line("good", [97, 96, 10]), line("worse", [80, 79, 10])];
  const drawn = overlay({ yLabel: "Test accuracy (%)", axis: "level", measure: accuracy, lines, band: "ci" });
  if (!isFigure(drawn)) throw new Error("it is drawn");
  const ticks = [...drawn.svg.matchAll(/>(\d+(?:\.\d+)?)</g)].map(([, text]) => Number(text));
  expect(ticks).toContain(80);
  expect(ticks.filter((tick) => tick > 0 && tick < 20)).not.toContain(10);
});
