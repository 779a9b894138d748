/** What a BERT makes of texts: the pooled first token, and the mean of the last hidden states over all tokens but padding. */
import type { Dataset } from "../../dataset/dataset.ts";
import { sequenceColumns } from "../../dataset/text/sequences.ts";
import type { Sequence } from "../../dataset/text/tokenizer/sequence.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Heads } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import { type BertFolder, folderModel } from "../../sequence/folder/family.ts";
import { eachRow } from "../../train/features/rows.ts";

/** Features of texts, `[texts][width]` each; of a folder without a pooler the mean alone. */
export interface TextFeatures {
  readonly width: number;
  readonly pooler?: Float32Array;
  readonly mean: Float32Array;
}

/** How texts are read. */
export interface TextFeatureOptions {
  /** The most tokens of a text, that of the longest sequence or more. */
  readonly length: number;
  /** Whether means are left as they are; default false: they are scaled to length 1. */
  readonly raw?: boolean;
}

/** The network of a folder on sequences of its tokenizer. Throws `usage` for more tokens than it has positions. */
export async function textFeatures(
  engine: Engine,
  folder: BertFolder,
  sequences: readonly Sequence[],
  { length, raw = false }: TextFeatureOptions,
): Promise<TextFeatures> {
  const { config, tensors } = folder;
  const { width } = config.encoder;
  const dataset = datasetOf(folder, sequences, length);
  const model = parseModel(folderModel(folder), dataset);
  const weights = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const hasPooler = model.parameters.every(({ name }) => !name.includes(".pooler.") || tensors.has(name));
  const [pooler, mean] = [1, 2].map(() => new Float32Array(sequences.length * width)) as [Float32Array, Float32Array];
  const outputs = ({ pooled, hidden }: Heads) => ({ hidden: hidden!, ...(hasPooler && { pooled: pooled! }) });
  const asked = { model, dataset, part: "test", outputs } as const;
  await eachRow(engine, asked, { weights, mask: null }, (row, values) => {
    if (hasPooler) pooler.set(values.pooled!.values, row * width);
    mean.set(meanOf(values.hidden!, { tokens: sequences[row]!.ids.length, raw }), row * width);
  });
  return { width, mean, ...(hasPooler && { pooler }) };
}

/** Sequences as a data set that asks for nothing. */
function datasetOf({ config }: BertFolder, sequences: readonly Sequence[], length: number): Dataset {
  const table = { count: sequences.length, columns: sequenceColumns(sequences) };
  return {
    ...{ name: "texts", shape: [length], vocabulary: config.encoder.vocabulary, outputs: 1 },
    ...{ target: { kind: "numbers", names: ["none"] }, standardised: {} },
    ...{ train: table, test: table },
  };
}

/** Of `[features, time]` the mean over the first `tokens` times, in float64. */
function meanOf(
  { shape, values }: { readonly shape: readonly number[]; readonly values: Float32Array },
  { tokens, raw }: { readonly tokens: number; readonly raw: boolean },
): number[] {
  const [features, time] = shape as [number, number];
  const means = Array.from({ length: features }, (_, feature) => {
    let sum = 0;
    for (let t = 0; t < tokens; t++) sum += values[feature * time + t]!;
    return sum / tokens;
  });
  // The least length is that of PyTorch's `normalize`.
  const norm = raw ? 1 : Math.max(1e-12, Math.sqrt(means.reduce((sum, value) => sum + value * value, 0)));
  return means.map((value) => value / norm);
}
