/** Classes are matched by their names: a network is never scored, nor trained on, where its outputs mean something else. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/base/safetensors.ts";
import { newFolder, tombola } from "./tombola.ts";

const cwd = newFolder(afterAll);
const SIZES = "--levels 1 --steps 20it --arms ticket --quiet --json";

/** A table whose class is told by its first column. */
function write(name: string, classes: readonly string[]): void {
  const rows = Array.from({ length: 90 }, (_, i) => `${i % 3},${(7 * i) % 11},${classes[i % 3]}`);
  writeFileSync(join(cwd, name), `a,b,kind\n${rows.join("\n")}\n`);
}

const file = () => decodeSafetensors(readFileSync(join(cwd, "net.safetensors")));
let accuracy: number;

beforeAll(async () => {
  write("animals.csv", ["owl", "cat", "dog"]);
  write("other.csv", ["owl", "cat", "elk"]);
  write("more.csv", ["owl", "cat", "dog"]);
  const { stdout } = await tombola(`run imp --data csv:animals.csv --model mlp-8 ${SIZES}`, { cwd });
  const { artifact, testAccuracy } = JSON.parse(stdout).rows.at(-1);
  accuracy = testAccuracy;
  await tombola(`export ${artifact} --format safetensors --to net.safetensors`, { cwd });
  const { tensors, metadata } = file();
  const { outputNames: _, ...rest } = metadata;
  const own = { ...rest, outputNames: JSON.stringify(["owl", "cat", "dog"]) };
  writeFileSync(join(cwd, "moved.safetensors"), encodeSafetensors(tensors, own));
  writeFileSync(join(cwd, "unnamed.safetensors"), encodeSafetensors(tensors, rest));
  writeFileSync(join(cwd, "else.safetensors"), encodeSafetensors(tensors, { ...rest, outputNames: "three" }));
}, 120_000);

describe("names of classes", { timeout: 120_000 }, () => {
  test("are in the file of a network, in the order of its outputs", () => {
    expect(file().metadata.outputNames).toBe('["cat","dog","owl"]');
  });

  test.each(["net", "unnamed", "else"])("that agree, or are not there, change nothing: %s", async (name) => {
    const words = `evaluate --weights ${name}.safetensors --data csv:animals.csv --json`;
    const { code, stdout } = await tombola(words, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).testAccuracy).toBe(accuracy);
  });

  const same = "must have the same names in the same order, and output";
  test.each([
    ["net", "other", `${same} 1 is dog in the file and elk in the data set. Name the data set's outputs as the file's`],
    [
      "moved",
      "animals",
      `${same} 0 is owl in the file and cat in the data set. Order the data set's names as the file's`,
    ],
  ])("that differ are refused: %s on %s", async (name, table, message) => {
    for (const words of [
      `evaluate --weights ${name}.safetensors --data csv:${table}.csv`,
      `interpolate ${name}.safetensors unnamed.safetensors --data csv:${table}.csv`,
      `run imp --trained ${name}.safetensors --data csv:${table}.csv --model mlp-8 ${SIZES.replace("ticket", "finetune --rewind-to 10it")}`,
    ]) {
      const { code, stdout, stderr } = await tombola(words, { cwd });
      expect({ words, code, stdout, stderr }).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining(message),
      });
    }
  });
});
