/**
 * Paths between two networks that PyTorch scored (paths/, by make_path.py) have the same errors and losses on every
 * engine: dense ones with batch norm, its running statistics interpolated or recomputed, and sparse ones of other masks.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { decodeSafetensors, type Safetensors } from "../../src/base/safetensors.ts";
import { type PathOptions, type PathScores, scorePath } from "../../src/connectivity/path.ts";
import { type ByScore, byScore, type ScoreName } from "../../src/connectivity/scorer.ts";
import { classes } from "../../src/dataset/dataset.ts";
import { imageTable, type Table } from "../../src/dataset/table.ts";
import { parseModel } from "../../src/model/registry.ts";
import { networkFromTensors } from "../../src/model/tensors.ts";
import { allIndices } from "../../src/train/evaluate.ts";
import { ENGINES, eachEngine } from "../engines.ts";

/** The rows of a path's scores. */
const ROWS = ["trainError", "trainLoss", "testError", "testLoss"] as const satisfies readonly ScoreName[];

type Scores = ByScore<readonly number[]>;

const folder = fileURLToPath(new URL("paths", import.meta.url));

const files = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));

test("there are paths", () => expect(files.length).toBeGreaterThan(1));

for (const file of files) {
  const { options, ends, expected } = readPath(decodeSafetensors(readFileSync(join(folder, file)), file));
  describe(file, () =>
    eachEngine(ENGINES, (engine) =>
      test("is scored as by PyTorch", { timeout: 120_000 }, async () => {
        const path = await scorePath(engine, options, ends);
        checkScores(path.interpolated, expected.interpolated!);
        expect(path.recomputed === null).toBe(expected.recomputed === null);
        if (path.recomputed) checkScores(path.recomputed, expected.recomputed!);
      }),
    ),
  );
}

function readPath({ tensors, metadata }: Safetensors) {
  const images = tensors.get("test/images")!;
  const shape = images.shape.slice(1) as [number, number, number];
  const model = parseModel(metadata.model!, { shape, outputs: 10 });
  const table = (part: string): Table => {
    const [pixels, labels] = [tensors.get(`${part}/images`)!, tensors.get(`${part}/labels`)!];
    return imageTable(Uint8Array.from(pixels.data), Uint8Array.from(labels.data), shape);
  };
  const [train, test] = [table("train"), table("test")];
  const [mean, std] = [JSON.parse(metadata.mean!), JSON.parse(metadata.std!)];
  const dataset = { name: "golden", shape, ...classes(10), mean, std, train, test };
  const every = allIndices(train.count);
  const alphas = [...tensors.get("alphas")!.data];
  const options: PathOptions = { model, dataset, alphas, train: every, statistics: every };
  const end = (name: string) => networkFromTensors(endOf(tensors, name, model.parameters), model.parameters, name);
  const expected = { interpolated: rowsOf(tensors, "interpolated"), recomputed: rowsOf(tensors, "recomputed") };
  return { options, ends: { a: end("a"), b: end("b") }, expected };
}

/** PyTorch numbers the layers of an MLP otherwise; the order is the same. */
function endOf(tensors: Safetensors["tensors"], end: string, parameters: readonly { readonly name: string }[]) {
  const names = [...tensors.keys()].filter((name) => name.startsWith(`${end}/`)).map((name) => name.slice(2));
  return new Map(
    parameters.flatMap(({ name }, i) => {
      const mask = tensors.get(`mask/${end}/${names[i]}`);
      const values = [name, tensors.get(`${end}/${names[i]}`)!] as const;
      return mask ? [values, [`mask/${name}`, mask] as const] : [values];
    }),
  );
}

function rowsOf(tensors: Safetensors["tensors"], name: string): Scores | null {
  const all = tensors.get(name);
  if (!all) return null;
  const points = all.shape[1]!;
  const row = (at: number) => [...all.data.slice(at * points, (at + 1) * points)];
  return byScore((name) => row(ROWS.indexOf(name)));
}

/** Errors count the same images (float32 holds their fractions), losses differ by rounding. */
function checkScores(got: PathScores, want: Scores): void {
  for (const name of ROWS) {
    expect(got[name]).toHaveLength(want[name].length);
    const worst = Math.max(...want[name].map((value, at) => Math.abs(value - got[name][at]!)));
    expect(worst, name).toBeLessThan(name.endsWith("Error") ? 1e-6 : 1e-5);
  }
}
