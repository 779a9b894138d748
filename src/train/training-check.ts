/** The rules of what a program asks of a training, checked before anything is computed. */
import { checkInteger } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { TrainSplit } from "../dataset/split.ts";
import { optimizerIssue } from "./optimizer.ts";
import { scheduleNamed, scheduleNames } from "./schedule.ts";
import type { Training } from "./training.ts";

/** Throws `usage` naming the field, the rule and the value. */
export function checkTraining({
  from,
  to,
  evaluateEvery,
  batch,
  optimizer,
  schedule,
  split,
  dataset,
  testRows,
}: Training): void {
  checkInteger("from", from, { min: 0 });
  checkInteger("steps", to, { min: from });
  checkInteger("evaluateEvery", evaluateEvery, { min: to === from ? 0 : 1 });
  checkInteger("batch", batch, { min: 1 });
  const issue = optimizerIssue(optimizer);
  if (issue) {
    const where = ["optimizer", ...issue.path].join(".");
    const remedy = "optimizerOf(NAME) has its defaults";
    fail("usage", where, { rule: issue.message, got: JSON.stringify(optimizer), remedy });
  }
  const shapes = scheduleNames().map(scheduleNamed);
  if (!(Number.isFinite(schedule?.rate) && shapes.includes(schedule.shape?.name))) {
    const remedy = 'Write { rate: 0.1, shape: { name: "constant" }, warmup: 0 }';
    fail("usage", "schedule", {
      rule: `must have a rate and a shape, ${shapes.join(", ")}`,
      got: JSON.stringify(schedule),
      remedy,
    });
  }
  for (const part of ["train", "validation"] as const) checkPart(part, split?.[part], dataset.train.count);
  if (testRows) checkTestRows(testRows, dataset);
}

/** Throws `usage` where rows to score are none, or none of the test table. */
export function checkTestRows(rows: Int32Array, { test }: Training["dataset"]): void {
  const rule = `must be at least one row of the test table, from 0 to ${test.count - 1}, as an Int32Array`;
  if (!(rows instanceof Int32Array && rows.length > 0)) fail("usage", "testRows", { rule, got: rows?.length });
  const wrong = rows.find((row) => row < 0 || row >= test.count);
  if (wrong !== undefined) fail("usage", "testRows", { rule, got: wrong });
}

function checkPart(part: keyof TrainSplit, rows: Int32Array | undefined, count: number): void {
  const rule = `must have the rows to train on and those held back, from 0 to ${count - 1}`;
  const remedy = "Write splitTrain(dataset, 0.1)";
  if (!(rows instanceof Int32Array)) fail("usage", `split.${part}`, { rule, got: typeof rows, remedy });
  const wrong = rows.find((row) => row < 0 || row >= count);
  if (wrong !== undefined) fail("usage", `split.${part}`, { rule, got: wrong, remedy });
}
