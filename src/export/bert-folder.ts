/** A BERT as a Hugging Face folder, which AutoTokenizer and AutoModelFor... of transformers load. */
import { encodeSafetensors } from "../base/safetensors.ts";
import type { DatasetDescription, Statistics } from "../dataset/dataset.ts";
import type { WordPiece } from "../dataset/text/tokenizer/vocabulary.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import { networkToTensors } from "../model/tensors.ts";
import type { FolderConfig } from "../sequence/folder/config.ts";
import { makeupOf } from "../sequence/folder/makeup.ts";

/** What to export. */
export interface FolderExport {
  readonly model: Model;
  /** Pruned entries are the zeros that they are here. */
  readonly weights: Weights;
  /** What is told of texts, and what outputs are called. */
  readonly target: DatasetDescription["target"];
  readonly vocabulary: WordPiece;
  /** What targets that are numbers are standardised by: the head of the folder tells them in their own unit. */
  readonly output?: Statistics | undefined;
}

/** Heads by a parameter that they alone have, and what transformers calls such a model. */
const ARCHITECTURES = {
  "classifier.weight": "BertForSequenceClassification",
  "qa_outputs.weight": "BertForQuestionAnswering",
  "cls.predictions.bias": "BertForMaskedLM",
} as const;

/** The files by name: config.json, model.safetensors, vocab.txt, tokenizer_config.json. Throws `usage` for a model that is no BERT. */
export function bertFolderFiles(asked: FolderExport): Readonly<Record<string, Uint8Array>> {
  const { model, vocabulary } = asked;
  const makeup = makeupOf(model);
  const text = (value: string) => new TextEncoder().encode(value);
  const json = (value: unknown) => text(`${JSON.stringify(value, null, 2)}\n`);
  const tensors = networkToTensors({ weights: inOwnUnit(asked), mask: null }, model.parameters);
  return {
    "config.json": json(configOf(asked, makeup)),
    "model.safetensors": encodeSafetensors(tensors, { format: "pt" }),
    "vocab.txt": text(vocabulary.tokens.map((token) => `${token}\n`).join("")),
    "tokenizer_config.json": json({
      tokenizer_class: "BertTokenizer",
      model_max_length: makeup.positions,
      do_lower_case: vocabulary.rules.lowerCase,
      strip_accents: vocabulary.rules.stripAccents,
      tokenize_chinese_chars: vocabulary.rules.chinese,
    }),
  };
}

function configOf({ model, target }: FolderExport, makeup: FolderConfig["encoder"]): Record<string, unknown> {
  const head = Object.entries(ARCHITECTURES).find(([own]) => model.parameters.some(({ name }) => name === own));
  const architecture = head?.[1] ?? "BertModel";
  return {
    architectures: [architecture],
    model_type: "bert",
    ...{ vocab_size: makeup.vocabulary, hidden_size: makeup.width, num_hidden_layers: makeup.layers },
    ...{ num_attention_heads: makeup.heads, intermediate_size: makeup.inner },
    ...{ max_position_embeddings: makeup.positions, type_vocab_size: makeup.segments },
    hidden_act: makeup.tanhGelu ? "gelu_new" : "gelu",
    hidden_dropout_prob: makeup.dropout,
    attention_probs_dropout_prob: makeup.attentionDropout,
    classifier_dropout: makeup.classifierDropout,
    layer_norm_eps: makeup.epsilon,
    initializer_range: 0.02,
    pad_token_id: makeup.padding < 0 ? null : makeup.padding,
    position_embedding_type: "absolute",
    ...(architecture === ARCHITECTURES["classifier.weight"] && labelled(target, model.outputs)),
    torch_dtype: "float32",
  };
}

const PROBLEMS = {
  classes: "single_label_classification",
  labels: "multi_label_classification",
  numbers: "regression",
} as const;

function labelled(target: FolderExport["target"], outputs: number): Record<string, unknown> {
  const also = target.kind === "classes" ? target.also : undefined;
  const names = also ?? target.names ?? Array.from({ length: outputs }, (_, place) => `LABEL_${place}`);
  return {
    id2label: Object.fromEntries(names.map((name, place) => [place, name])),
    label2id: Object.fromEntries(names.map((name, place) => [name, place])),
    problem_type: PROBLEMS[target.kind],
  };
}

/** Output * std + mean, said by the last layer itself. */
function inOwnUnit({ weights, output }: FolderExport): Weights {
  if (!output) return weights;
  const { mean, std } = output;
  const [weight, bias] = ["classifier.weight", "classifier.bias"].map((name) => weights.get(name)!);
  const width = weight!.length / bias!.length;
  return new Map([
    ...weights,
    ["classifier.weight", weight!.map((value, i) => value * std[Math.floor(i / width)]!)],
    ["classifier.bias", bias!.map((value, n) => value * std[n]! + mean[n]!)],
  ]);
}
