/** Files of weights as commands take them: scored without a model's name, and as level 0 of a study. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/base/safetensors.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

const FINETUNE =
  "--data synthetic --levels 2 --cut 0.5 --steps 60it --rewind-to 30it --evaluate-every 30it --conv-cut-factor 1 --output-cut-factor 1 --json --quiet";

let cwd: string;
let dense: Row;
const json = async (words: string) => JSON.parse((await tombola(words, { cwd })).stdout);

describe("weights from elsewhere", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    cwd = newFolder(afterAll);
    const options =
      "--model conv-2-w2 --data synthetic --steps 200it --lr 0.01 --arms dense --replicates 1 --store own --json --quiet";
    [dense] = (await json(`run imp ${options}`)).rows;
    await tombola(`export ${dense.artifact} --store own --format safetensors --to said.safetensors`, { cwd });
    const { tensors } = decodeSafetensors(readFileSync(join(cwd, "said.safetensors")));
    // As PyTorch users have them: in another order, behind a wrapper's prefix, without a word on the model.
    const named = [...tensors].reverse().map(([name, tensor]) => [`module.${name}`, tensor] as const);
    writeFileSync(join(cwd, "plain.safetensors"), encodeSafetensors(new Map(named)));
    mkdirSync(join(cwd, "folder"));
  }, 120_000);

  test("evaluate finds the model by names and shapes, or in the file, and tells what it is", async () => {
    const score = { testAccuracy: dense.testAccuracy, testLoss: expect.closeTo(dense.testLoss!, 5) };
    const said = await json("evaluate --weights said.safetensors --data synthetic --json");
    expect(said).toMatchObject({ ...score, model: "conv-2-w2", candidates: [{ model: "conv-2-w2", loss: null }] });
    const found = await json("evaluate --weights plain.safetensors --data synthetic --json");
    const losses = found.candidates.map(({ loss }: { loss: number }) => loss);
    expect(found).toMatchObject({ ...score, model: "conv-2-w2" });
    expect(found.candidates).toMatchObject([{ model: "conv-2-w2" }, { model: "conv-2-w2-elu" }]);
    expect(losses[1]).toBeGreaterThan(1.05 * losses[0]);
    const { stdout } = await tombola("evaluate --weights plain.safetensors --data synthetic", { cwd });
    expect(stdout).toMatch(
      /^plain.safetensors has the tensors of 2 models, of which conv-2-w2 scores best: conv-2-w2 \(loss /,
    );
  });

  test("a study is of the network itself, which nothing trains, whatever file it came in", async () => {
    const { rows, spec } = await json(`run imp --trained plain.safetensors ${FINETUNE} --replicates 2`);
    expect(spec).toMatchObject({ model: "conv-2-w2", arms: ["finetune"], trained: { name: "plain.safetensors" } });
    const own: Row[] = rows;
    expect(own.map(({ arm, level }) => `${arm} ${level}`)).toEqual(
      [0, 1, 2, 0, 1, 2].map((level) => `finetune ${level}`),
    );
    const [first, cut] = own as [Row, Row];
    expect(first.testAccuracy).toBe(dense.testAccuracy);
    expect(own[3]!.artifact).toBe(first.artifact);
    // Each of five layers loses the rounded half of its own.
    expect(Math.abs(cut.weights - first.prunable / 2)).toBeLessThan(5);
    await tombola(`export ${first.artifact} --format safetensors --to level0.safetensors`, { cwd });
    const [given, level0] = ["said", "level0"].map((name) => readFileSync(join(cwd, `${name}.safetensors`)));
    expect(decodeSafetensors(level0!).tensors).toEqual(decodeSafetensors(given!).tensors);
    // Nothing was asked for that begins from fresh weights.
    const shown = await tombola(`show ${cut.artifact} --json`, { cwd });
    expect(shown.stdout).not.toContain("initialise");
    const again = await json(`run imp --trained said.safetensors ${FINETUNE} --replicates 2`);
    expect(again.spec.trained.sha256).toBe(spec.trained.sha256);
    expect(again.rows.map(({ artifact }: Row) => artifact)).toEqual(own.map(({ artifact }) => artifact));
  });

  test("its pixels are normalised as it says, unless others are asked for", async () => {
    const raw =
      "--model conv-2-w2 --data synthetic --mean 0 --std 1 --steps 60it --arms dense --replicates 1 --store raw --json --quiet";
    const [row] = (await json(`run imp ${raw}`)).rows as [Row];
    await tombola(`export ${row.artifact} --store raw --format safetensors --to raw.safetensors`, { cwd });
    const given = await json(`run imp --trained raw.safetensors ${FINETUNE}`);
    expect(given.spec.data).toBe("synthetic?mean=0&std=1");
    expect(given.rows[0].testAccuracy).toBe(row.testAccuracy);
    const asked = await json(`run imp --trained raw.safetensors ${FINETUNE} --mean 0.5`);
    expect(asked.spec.data).toBe("synthetic?mean=0.5");
  });

  test("one-shot masks of it are compared with fresh weights, without their dense network", async () => {
    const words = `run oneshot --trained said.safetensors ${FINETUNE} --arms finetune,reinit`;
    const { rows } = await json(words);
    expect(rows.map(({ arm, level }: Row) => `${arm} ${level}`)).toEqual([
      ...["finetune 0", "finetune 1", "finetune 2"],
      ...["reinit 1", "reinit 2"],
    ]);
  });

  test.each([
    [
      "run imp --trained said.safetensors --data synthetic --arms ticket --levels 1",
      2,
      /--arms: must be of dense, lr-rewind, finetune: ticket need an iteration before the trained network, and said.safetensors has none/,
    ],
    [
      "run imp --trained plain.safetensors --levels 1 --rewind-to 1it",
      2,
      /--data: is needed where the --?model of the weights is not named/,
    ],
    [
      "run imp --trained plain.safetensors --data synthetic --model mlp-8 --rewind-to 1it",
      1,
      /plain.safetensors: tensors must be those of the model; unexpected fc3.bias/,
    ],
    [
      "run oneshot --trained said.safetensors --data synthetic --arms reinit --rewind 5it --levels 1",
      2,
      /--rewind: needs an iteration before the trained network/,
    ],
    [
      "run imp --model lenet-300-100 --scope global --output-cut-factor 0 --levels 30 --data synthetic",
      2,
      /--levels: with --scope global, .* the lowest that is possible/,
    ],
    ["evaluate --weights missing.pt --data synthetic", 1, /missing.pt: the file must exist/],
    ["evaluate --weights folder --data synthetic", 1, /folder: is a folder. Name a file of weights/],
    ["evaluate --weights . --data synthetic", 1, /\.: is a folder. Name one of its files: .*said.safetensors/],
    [
      "evaluate --weights plain.safetensors --data synthetic-rgb",
      2,
      /--model: must be named, for none has the names and shapes of plain.safetensors with the inputs \[3,/,
    ],
  ] as const)("%s ends with %i", async (words, code, message) => {
    const outcome = await tombola(words, { cwd });
    expect(outcome).toMatchObject({ code, stdout: "" });
    expect(outcome.stderr).toMatch(message);
  });
});
