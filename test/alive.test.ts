/** Proof of life in seconds: a small network learns the synthetic data set on the best engine of this machine. */
import { expect, test } from "vitest";
import { createBatches } from "../src/dataset/batches.ts";
import { syntheticDataset } from "../src/dataset/synthetic.ts";
import { writeParameter } from "../src/engine/engine.ts";
import { initialise } from "../src/model/initialise.ts";
import { mlp } from "../src/model/mlp.ts";
import { compileExperiment, scalingsOf } from "../src/train/experiment.ts";
import { controlValues } from "../src/train/optimizer.ts";
import { ORACLE, PRESENT_FAST } from "./engines.ts";

const BATCH = 50;
const SGD = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 } as const;

test("the loss falls", () => {
  const dataset = syntheticDataset({ train: 500, test: 1 });
  const model = mlp({ name: "tiny", input: dataset.shape, hidden: [20], outputs: dataset.outputs });
  const program = compileExperiment(model, { optimizer: SGD, batch: BATCH, scalings: scalingsOf(dataset) });
  const instance = (PRESENT_FAST[0] ?? ORACLE).open(program);
  instance.bind(dataset.train);
  for (const [name, values] of initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 }))
    writeParameter(instance, name, values);
  const { inputs, outputs, lanes } = program.sections.train!;
  const indices = Int32Array.from({ length: dataset.train.count }, (_, i) => i);
  const batches = createBatches({ indices, batch: BATCH, key: { seed: 1, replicate: 0, draw: 0 } });
  instance.write(inputs.get("count")!, [BATCH]);
  instance.write(inputs.get("control")!, controlValues(SGD, 0.1, 1));
  const losses = Array.from({ length: 100 }, (_, step) => {
    instance.write(inputs.get(`indices:${lanes}`)!, batches.at(step));
    instance.run("train");
    return (
      instance
        .read(outputs.get("loss")!)
        .subarray(0, BATCH)
        .reduce((sum, loss) => sum + loss, 0) / BATCH
    );
  });
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan(0.1);
});
