/** transformers' features of a published encoder: those of `minilm-l6` in the folder that TOMBOLA_CHECKPOINTS names. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textFeatures } from "../../src/app/features/texts.ts";
import { decodeSafetensors } from "../../src/base/safetensors.ts";
import { loadTokenizer } from "../../src/dataset/text/load/tokenizer.ts";
import { sequenceOf } from "../../src/dataset/text/tokenizer/sequence.ts";
import { loadBert } from "../../src/plugin/load-bert.ts";
import { addSequenceModels } from "../../src/sequence/families.ts";
import { folderOf } from "../../src/sequence/folder/family.ts";
import { eachEngine, FAST_ENGINES } from "../engines.ts";

addSequenceModels();

const TOLERANCE = 1e-5;

const root = process.env.TOMBOLA_CHECKPOINTS;
const folder = root && join(root, "minilm-l6");

interface Case {
  readonly text: string;
  readonly pair?: string;
  readonly ids: readonly number[];
}

function worst(got: Float32Array, want: ArrayLike<number>): number {
  return Array.from(want).reduce((top, value, i) => Math.max(top, Math.abs(value - got[i]!)), 0);
}

if (!folder || !existsSync(folder)) {
  const reason = folder ? "minilm-l6 is not there" : "TOMBOLA_CHECKPOINTS names no folder";
  describe.skip(`minilm-l6: ${reason}`, () => test("has transformers' features", () => {}));
} else {
  const cases: readonly Case[] = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
  const { tensors } = decodeSafetensors(readFileSync(join(folder, "outputs.safetensors")), "outputs");
  const told = (what: string, i: number) => tensors.get(`${what}/${String(i).padStart(2, "0")}`)!.data;
  // The reference engine and SSE2, which emulates fused multiply-adds, would take minutes.
  const engines = FAST_ENGINES.filter(({ name }) => name !== "native:sse2");
  eachEngine(engines, (engine) => {
    test("minilm-l6 has transformers' features", { timeout: 600_000 }, async () => {
      const tokenizer = await loadTokenizer(folder);
      const sequences = cases.map(({ text, pair = "" }) => sequenceOf(tokenizer, [text, pair], 128));
      expect(sequences.map(({ ids }) => ids)).toEqual(cases.map(({ ids }) => ids));
      const own = folderOf(await loadBert(folder))!;
      const { width, pooler, mean } = await textFeatures(engine, own, sequences, { length: 128 });
      const differences = cases.flatMap((_, i) => [
        worst(pooler!.subarray(i * width), told("pooler", i)),
        worst(mean.subarray(i * width), told("mean", i)),
      ]);
      const most = Math.max(...differences);
      console.log(`${engine.name}: most ${most.toExponential(1)}`);
      expect(differences).toHaveLength(64);
      expect(most).toBeLessThan(TOLERANCE);
    });
  });
}
