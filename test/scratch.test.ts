import { test } from "vitest";
import { readFileSync } from "node:fs";
import { decodeSafetensors } from "../src/base/safetensors.ts";
import { compileExperiment } from "../src/train/step.ts";
import { mlp } from "../src/model/mlp.ts";
import { printProgram } from "../src/program/print.ts";
test("x", () => {
  const model = mlp({ name: "m", input: [1, 28, 28], hidden: [300, 100], classes: 10 });
  console.log(printProgram(compileExperiment(model, { optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 }, batch: 60 })));
  for (const n of ["lenet-sgd", "lenet-masked"]) {
  const t = decodeSafetensors(readFileSync(`/work/shared/golden/${n}.safetensors`));
  console.log(t.metadata, [...t.tensors].map(([k, v]) => `${k} ${v.dtype} ${v.shape}`).join("\n"));
  }
});
