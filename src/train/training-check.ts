/** The rules of what a program asks of a training, checked before anything is computed. */
import { checkInteger } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { TrainSplit } from "../dataset/split.ts";
import { optimizerIssue } from "./optimizer.ts";
import type { Training } from "./training.ts";

/** Throws `usage` naming the field, the rule and the value. */
export function checkTraining({ from, to, evaluateEvery, batch, optimizer, schedule, split, dataset }: Training): void {
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
  const shapes = ["constant", "step", "cosine"];
  if (!(Number.isFinite(schedule?.rate) && shapes.includes(schedule.shape?.name))) {
    const remedy = 'Write { rate: 0.1, shape: { name: "constant" }, warmup: 0 }';
    fail("usage", "schedule", {
      rule: `must have a rate and a shape, ${shapes.join(", ")}`,
      got: JSON.stringify(schedule),
      remedy,
    });
  }
  for (const part of ["train", "validation"] as const) checkPart(part, split?.[part], dataset.train.count);
}

function checkPart(part: keyof TrainSplit, rows: Int32Array | undefined, count: number): void {
  const rule = `must have the rows to train on and those held back, from 0 to ${count - 1}`;
  const remedy = "Write splitTrain(dataset, 0.1)";
  if (!(rows instanceof Int32Array)) fail("usage", `split.${part}`, { rule, got: typeof rows, remedy });
  const wrong = rows.find((row) => row < 0 || row >= count);
  if (wrong !== undefined) fail("usage", `split.${part}`, { rule, got: wrong, remedy });
}
