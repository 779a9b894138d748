/** `bert:FOLDER` on the command line: scored, read for features, trained on worker threads, and resumed under one name. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/base/safetensors.ts";
import { TINY, TOLD } from "../../src/plugin/fixtures/folder.ts";
import { newFolder, tombola } from "./tombola.ts";

const NAMES = ["CONTRADICTION", "ENTAILMENT", "NEUTRAL"];
const lines = (...rows: readonly (readonly (string | number)[])[]) => rows.map((row) => `${row.join("\t")}\n`).join("");

let cwd: string;
const run = (words: string) => tombola(words, { cwd });
const json = async (words: string) => JSON.parse((await run(words)).stdout);

describe("bert:FOLDER", { timeout: 120_000 }, () => {
  beforeAll(() => {
    cwd = newFolder(afterAll);
    cpSync(TINY, join(cwd, "bert"), { recursive: true });
    const pairs = TOLD.filter(({ text, pair }) => text !== "" && pair);
    const best = ({ logits }: (typeof TOLD)[0]) => NAMES[logits.indexOf(Math.max(...logits))]!.toLowerCase();
    const rows = pairs.map((told, i) => [i, told.text, told.pair!, best(told)]);
    const mnli = lines(["index", "sentence1", "sentence2", "gold_label"], ...rows);
    const sst = lines(
      ["sentence", "label"],
      ...Array.from({ length: 24 }, (_, i) => [["a win", "the lottery ticket", "don't"][i % 3]!, Number(i % 3 > 0)]),
    );
    for (const [name, text] of Object.entries({
      "MNLI/train.tsv": mnli,
      "MNLI/dev_matched.tsv": mnli,
      "SST-2/train.tsv": sst,
      "SST-2/dev.tsv": sst,
    })) {
      mkdirSync(join(cwd, "glue", name, ".."), { recursive: true });
      writeFileSync(join(cwd, "glue", name), text);
    }
    writeFileSync(join(cwd, "lines.txt"), `${TOLD[0]!.text}\n${TOLD[4]!.text}\n`);
  });

  test("evaluate matches labels by their names, and refuses a head of another width", async () => {
    const words = "evaluate --model bert:bert --data-dir glue --json";
    const told = await json(`${words} --data glue:mnli?length=20`);
    // Labels are transformers' own answers.
    expect(told).toMatchObject({ testAccuracy: 1, model: expect.stringMatching(/^bert@[0-9a-f]{64}$/) });
    const refused = await tombola(`${words} --data glue:sst-2?length=20`, { cwd });
    expect(refused.stderr).toMatch(/its head must have 2 outputs for GLUE sst-2, got 3. Name another data set/);
    const none = await tombola("evaluate --model bert:bert", { cwd });
    expect(none.stderr).toContain("--data: is needed: what the folder's head tells");
  });

  test("features are written line by line", async () => {
    await run("features --model=bert:bert --data lines.txt --length 20 --to features.safetensors");
    const { tensors, metadata } = decodeSafetensors(readFileSync(join(cwd, "features.safetensors")));
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ["pooler", [2, 16]],
      ["mean", [2, 16]],
    ]);
    expect(tensors.get("pooler")!.data[0]).toBeCloseTo(TOLD[0]!.pooler[0]!, 5);
    expect(metadata).toMatchObject({ length: "20", raw: "false" });
    const refused = await tombola("features --model bert:bert --data lines.txt --pairs --to x.safetensors", { cwd });
    expect(refused.stderr).toContain("lines.txt line 1: must hold two texts with a tab between");
    const idle = await tombola("features --model mlp-8 --raw --data synthetic --to x.safetensors", { cwd });
    expect(idle.stderr).toContain("--raw: is of texts, and does nothing without --model bert:FOLDER. Leave it out");
  });

  test("a run begins with its weights, is trained by workers, and is the same from a copy elsewhere", async () => {
    const words =
      "--data glue:sst-2?length=20 --data-dir glue --steps 2ep --batch 8 --validation 4 --levels 1 --cut 0.5 --arms ticket,reinit " +
      "--workers 2 --replicates 2 --json --quiet";
    const { run: id, spec, rows } = await json(`run imp --model bert:bert ${words}`);
    expect(spec.model).toMatch(/^bert@[0-9a-f]{64}$/);
    expect(spec.data).toContain("vocab=");
    expect(spec.optimizer).toMatchObject({ name: "adamw", weightDecay: 0, clipNorm: 1 });
    expect(rows).toHaveLength(8);
    cpSync(join(cwd, "bert"), join(cwd, "copy"), { recursive: true });
    const again = await json(`run imp --model bert:copy ${words}`);
    expect(again.rows.map(({ artifact }: { artifact: string }) => artifact)).toEqual(
      rows.map(({ artifact }: { artifact: string }) => artifact),
    );
    const { stdout } = await run(`show ${id}`);
    expect(stdout).toContain("bert@");
    const [row] = rows;
    const exporting = `export ${row.artifact} --format huggingface --data-dir glue --to written`;
    expect((await run(exporting)).stderr).toMatch(/the folder whose content .* is needed. Name it as bert:FOLDER/);
    await run(`${exporting} --model bert:bert`);
    const onnx = exporting.replace("huggingface", "onnx").replace("written", "ticket.onnx");
    expect((await run(`${onnx} --model bert:bert`)).stderr).toContain("wrote ticket.onnx\n");
    const session = await InferenceSession.create(readFileSync(join(cwd, "ticket.onnx")));
    expect([session.inputNames[0], session.outputNames]).toEqual(["input_ids", ["logits"]]);
    const scored = await json("evaluate --model bert:written --data glue:sst-2?length=20 --data-dir glue --json");
    expect(scored).toMatchObject({ testAccuracy: row.testAccuracy, testLoss: expect.closeTo(row.testLoss, 6) });
  });

  test("explain takes the folder, and its tokenizer", async () => {
    const { stdout } = await tombola("explain bert:bert --data glue:sst-2?length=20 --json", {
      cwd,
      env: { TOMBOLA_DATA: join(cwd, "glue") },
    });
    // Six matrices of a layer, and the pooler.
    expect(JSON.parse(stdout)).toMatchObject({ density: 1, prunable: 2 * (4 * 16 * 16 + 2 * 16 * 24) + 16 * 16 });
  });
});
