import { expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { tinyTraining } from "../step/fixtures/steps.ts";
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

test("the limit is the memory of this machine or less", () => {
  expect(memoryLimit()).toBeGreaterThan(2 ** 26);
  expect(memoryLimit()).toBeLessThan(2 ** 50);
  expect(() => checkTrainingMemory(params, dataset, {})).not.toThrow();
});
