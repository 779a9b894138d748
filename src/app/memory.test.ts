import { expect, test } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { syntheticDataset } from "../dataset/synthetic.ts";
import type { Table } from "../dataset/table.ts";
import { parseModel } from "../model/registry.ts";
import { tinyTraining } from "../step/fixtures/steps.ts";
import { taskOf } from "../task/registry.ts";
import { compileExperiment, scalingsOf } from "../train/experiment.ts";
import { checkTrainingMemory, memoryLimit } from "./memory.ts";

const dataset = syntheticDataset({ train: 20, test: 10 });
const params = tinyTraining({ model: "mlp-1000", batch: 40, validation: 0 });

/** The message of a refusal; the bytes it names. */
function refusal(copies: number, limit: number): { message: string; bytes: number } {
  try {
    checkTrainingMemory(params, dataset, { copies, limit });
  } catch (error) {
    expect(error).toMatchObject({ code: "engine" });
    const { message } = error as Error;
    return { message, bytes: Number(/needs? (\d+) bytes/.exec(message)![1]) };
  }
  return expect.fail("was not refused");
}

test("a model that does not fit is refused with the bytes that it needs, and fits into as many", () => {
  const { message, bytes } = refusal(1, 1e6);
  // Weights of the first layer and their two moments are the least.
  expect(bytes).toBeGreaterThan(3 * 4 * 784 * 1000);
  expect(message).toMatch(
    /^mlp-1000: needs \d+ bytes of memory \([\d.]+ MiB\) where there are 1000000 \(.*\)\. Use a smaller batch/,
  );
  expect(() => checkTrainingMemory(params, dataset, { limit: bytes })).not.toThrow();
  expect(() => checkTrainingMemory(params, dataset, { limit: bytes - 1 })).toThrow();
});

test("workers hold a copy each", () => {
  const { message, bytes } = refusal(3, 1e6);
  expect(bytes).toBe(3 * refusal(1, 1e6).bytes);
  expect(message).toContain("Use fewer workers, a smaller batch or model");
});

test("JavaScript holds the weights, and their state three times while it is saved", () => {
  const adam = refusal(1, 1e6).bytes;
  const program = compileExperiment(parseModel("mlp-1000", dataset), {
    ...{ task: taskOf(dataset), optimizer: params.optimizer, loss: params.loss, batch: 40 },
    scalings: scalingsOf(dataset),
  });
  const weights = 784 * 1000 + 1000 + 1000 * 10 + 10;
  const slots = [...program.parameters.values()][0]!.slots.size;
  const engine = 4 * (program.arenaElements + program.scratchElements);
  expect(adam).toBe(engine + weights * (4 + 1 + 12 * (1 + slots)));
});

test("data are held once for all workers, and once more by each where they are not shared", () => {
  const bytes = 30 * (784 + 1);
  const beside = (data: Dataset, copies: number) => {
    const needs = (datasets: readonly Dataset[]) => {
      try {
        checkTrainingMemory(params, data, { copies, datasets, limit: 1 });
      } catch (error) {
        return Number(/needs? (\d+) bytes/.exec((error as Error).message)![1]);
      }
      return expect.fail("was not refused");
    };
    return needs([data, data]) - needs([]);
  };
  expect(beside(dataset, 3)).toBe(bytes);
  const plain = ({ count, columns }: Table): Table => ({
    count,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, { ...column, data: column.data.slice() }]),
    ),
  });
  expect(beside({ ...dataset, train: plain(dataset.train), test: plain(dataset.test) }, 3)).toBe(4 * bytes);
});

test("the limit is the memory of this machine or less", () => {
  expect(memoryLimit()).toBeGreaterThan(2 ** 26);
  expect(memoryLimit()).toBeLessThan(2 ** 50);
  expect(() => checkTrainingMemory(params, dataset, {})).not.toThrow();
});
