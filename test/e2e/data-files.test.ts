/** Data files from the command line to exports: arrays of NumPy, IDX and folders of pictures, known by content wherever they lie. */
import { copyFileSync, cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dataFile } from "../../src/dataset/fixtures/known.ts";
import { loadDataset } from "../../src/dataset/load.ts";
import { columnOf } from "../../src/dataset/table.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

const cwd = newFolder(afterAll);
const SIZES = "--model mlp-8 --levels 1 --steps 20it --arms ticket --evaluate-every 20it";

vi.stubEnv("XDG_CACHE_HOME", join(cwd, "cache"));

async function run(
  words: string,
): Promise<{ run: string; spec: { data: string }; rows: readonly Row[]; stderr: string }> {
  const { code, stdout, stderr } = await tombola(`run imp ${words} ${SIZES} --json`, { cwd });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return { ...JSON.parse(stdout), stderr };
}

beforeAll(() => {
  for (const name of ["pictures.npz", "x.npy", "y.npy", "regression.npz"])
    copyFileSync(dataFile(name), join(cwd, name));
  for (const name of ["idx", "pictures"]) cpSync(dataFile(name), join(cwd, name), { recursive: true });
});

describe("floats as pictures", { timeout: 120_000 }, () => {
  test("are trained on, and the constants in use are told by show, export and evaluate", async () => {
    const { spec, rows, run: id } = await run("--data npz:pictures.npz:nchw --mean 0.5 --std 2");
    expect(spec.data).toMatch(/^npz:.*pictures\.npz:nchw#[0-9a-f]{12}\?mean=0\.5&std=2$/);
    const constants = "Pixels, as they are, are normalised by mean 0.5 and deviation 2";
    const { artifact } = rows.at(-1)!;
    for (const name of [id, artifact]) expect((await tombola(`show ${name}`, { cwd })).stdout).toContain(constants);
    await tombola(`export ${artifact} --format safetensors --to a.safetensors`, { cwd });
    expect(readFileSync(join(cwd, "a.safetensors"), "latin1")).toContain('"mean":"0.5,0.5,0.5","std":"2,2,2"');
    const words = `evaluate --model mlp-8 --weights a.safetensors --data ${spec.data}`;
    expect((await tombola(words, { cwd })).stdout).toContain(constants);
    const { normalised, testAccuracy } = JSON.parse((await tombola(`${words} --json`, { cwd })).stdout);
    expect(normalised).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [2, 2, 2], pixels: "floats" });
    expect(testAccuracy).toBe(rows.at(-1)!.testAccuracy);
    await tombola(`export ${artifact} --format onnx --to a.onnx`, { cwd });
    const { test: held } = await loadDataset(spec.data);
    const session = await InferenceSession.create(join(cwd, "a.onnx"));
    const pixels = new Tensor("float32", Float32Array.from(columnOf(held, "images").data), [held.count, 3, 4, 5]);
    const { logits } = await session.run({ pixels });
    const right = Array.from(columnOf(held, "labels").data).filter((label, n) => {
      const scores = Array.from(logits!.data as Float32Array).slice(3 * n, 3 * n + 3);
      return scores.indexOf(Math.max(...scores)) === label;
    });
    expect(right.length / held.count).toBe(testAccuracy);
  });

  test("that were moved are not trained on anew, and other content is refused under the same name", async () => {
    const first = await run("--data npz:pictures.npz:nchw");
    renameSync(join(cwd, "pictures.npz"), join(cwd, "moved.npz"));
    const moved = await run("--data npz:moved.npz:nchw");
    expect(moved.rows.map(({ artifact }) => artifact)).toEqual(first.rows.map(({ artifact }) => artifact));
    copyFileSync(dataFile("images.npz"), join(cwd, "pictures.npz"));
    const again = await tombola(`run imp --data ${first.spec.data} ${SIZES}`, { cwd });
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/pictures\.npz: /) });
  });
});

describe("other files", { timeout: 120_000 }, () => {
  test.each([
    ["--data npy:x.npy,y.npy", /^npy:.*x\.npy,.*y\.npy#/],
    ["--data npz:regression.npz --task regression", /regression\.npz#[0-9a-f]{12}\?task=regression$/],
    ["--data idx:idx", /^idx:.*idx#/],
    ["--data folder:pictures@8:grey --normalise half", /pictures@8:grey#[0-9a-f]{12}\?mean=0\.5&std=0\.5$/],
  ])("%s", async (words, name) => {
    expect((await run(words)).spec.data).toMatch(name);
  });

  test("a file that is no picture stops a folder unless --allow-missing is given", async () => {
    writeFileSync(join(cwd, "pictures/train/a/notes.txt"), "no picture");
    const { code, stderr } = await tombola(`run imp --data folder:pictures@8 ${SIZES}`, { cwd });
    expect([code, stderr]).toEqual([1, expect.stringContaining("1 of 9 files: cannot be read: ")]);
    expect(stderr).toContain("or leave them out with --allow-missing");
    const told = await run("--data folder:pictures@8 --allow-missing");
    expect(told.stderr).toContain("left out 1 of 9 files");
    expect(told.spec.data).toMatch(/@8:allow-missing#/);
  });

  test.each([
    ["run imp --data mnist --allow-missing", /--allow-missing: does nothing without --data folder:PATH/],
    ["run imp --data csv:a.csv --normalise imagenet", /--normalise: does nothing without --data of images/],
    ["run imp --data npz:x.npz --normalise imagnet", /--normalise: must be one of none, half, imagenet/],
    ["evaluate --weights a --target price", /--target: does nothing without --data csv:PATH/],
  ])("%s is refused", async (words, message) => {
    const { code, stderr } = await tombola(words, { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
