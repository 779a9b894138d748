/**
 * What `config.json` of a Hugging Face folder says of a BERT. Fields have the defaults of `BertConfig`; one that changes the
 * function and is not implemented is refused by name.
 */
import { fail } from "../../base/errors.ts";
import type { BertOptions } from "../bert.ts";

/** The make-up of a folder's encoder, and what its classifier tells. Plain data. */
export interface FolderConfig {
  readonly encoder: Required<Pick<BertOptions, (typeof SIZES)[number][0] | Rates>>;
  /** What the outputs of its classifier are called, in their order; null where the file does not say. */
  readonly labels: readonly string[] | null;
  /** Whether a `classifier` in its tensors is one of whole texts, and not of tokens or of choices. */
  readonly classifies: boolean;
}

type Rates = "padding" | "dropout" | "attentionDropout" | "classifierDropout" | "tanhGelu" | "epsilon";

type Fields = Readonly<Record<string, unknown>>;

/** Reads the text of the file called `where`; throws `data` naming the field that is wrong or not implemented. */
export function readFolderConfig(where: string, text: string): FolderConfig {
  const fields = parsed(where, text);
  for (const [field, rule] of Object.entries(RULES)) {
    const got = fields[field];
    if (got === undefined || got === null || rule.holds(got)) continue;
    fail("data", `${where}, ${field}`, {
      rule: rule.must,
      got: shown(got),
      remedy: "Only plain BERT encoders are read",
    });
  }
  if (fields.model_type === undefined) {
    const remedy = "Name the folder of a BERT model";
    fail("data", `${where}, model_type`, { rule: "must be bert", got: undefined, remedy });
  }
  const named = (fields.architectures ?? []) as readonly string[];
  return {
    encoder: encoderOf(where, fields),
    labels: labelsOf(where, fields),
    classifies: !named.some((name) => /^Bert(?!ForSequenceClassification|Model)/.test(name) && HEADS.test(name)),
  };
}

/** Architectures whose `classifier` tells something else of a text. */
const HEADS = /ForTokenClassification|ForMultipleChoice|ForNextSentencePrediction/;

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function parsed(where: string, text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  } catch {}
  return fail("data", where, { rule: "must be a JSON object", remedy: "Get the file again" });
}

interface Rule {
  readonly must: string;
  holds(value: unknown): boolean;
}

const only = (...values: readonly unknown[]): Rule => ({
  must: `must be ${values.join(" or ")}`,
  holds: (value) => values.includes(value),
});
const empty: Rule = { must: "must be empty", holds: (value) => Object.keys(value as object).length === 0 };
const absent: Rule = { must: "is not implemented, and must be left out", holds: () => false };

/** What each kind of GELU is called; `gelu` is exact. */
const GELUS: Readonly<Record<string, boolean>> = {
  ...{ gelu: false, gelu_python: false },
  ...{ gelu_new: true, gelu_pytorch_tanh: true, gelu_fast: true },
};

/** Fields that change what a network computes, and what of them stands. */
const RULES: Readonly<Record<string, Rule>> = {
  model_type: only("bert"),
  hidden_act: only(...Object.keys(GELUS)),
  position_embedding_type: only("absolute"),
  is_decoder: only(false),
  is_encoder_decoder: only(false),
  add_cross_attention: only(false),
  tie_word_embeddings: only(true),
  pruned_heads: empty,
  quantization_config: absent,
  auto_map: absent,
};

/** Whole numbers from 1: our name, theirs, and the default of `BertConfig`. */
const SIZES = [
  ["vocabulary", "vocab_size", 30522],
  ["width", "hidden_size", 768],
  ["layers", "num_hidden_layers", 12],
  ["heads", "num_attention_heads", 12],
  ["inner", "intermediate_size", 3072],
  ["positions", "max_position_embeddings", 512],
  ["segments", "type_vocab_size", 2],
] as const;

/** The most that a size may be, and of layers: a graph is made of them. */
const MOST = 2 ** 24;
const DEEPEST = 1000;

function encoderOf(where: string, fields: Fields): FolderConfig["encoder"] {
  const number = (field: string, usual: number, { must, holds }: { must: string; holds(value: number): boolean }) => {
    const value = fields[field] ?? usual;
    if (typeof value === "number" && holds(value)) return value;
    return fail("data", `${where}, ${field}`, {
      rule: `must be ${must}`,
      got: shown(value),
      remedy: "Correct the file",
    });
  };
  const size = (most: number) => ({ must: `a whole number from 1 to ${most}`, holds: whole(1, most) });
  const rate = { must: "a number from 0 to below 1", holds: (value: number) => value >= 0 && value < 1 };
  const sizes = Object.fromEntries(
    SIZES.map(([own, field, usual]) => [own, number(field, usual, size(own === "layers" ? DEEPEST : MOST))]),
  );
  const { width, heads, ...others } = sizes as Record<(typeof SIZES)[number][0], number>;
  if (width % heads !== 0) {
    const rule = `must divide hidden_size, ${width}`;
    fail("data", `${where}, num_attention_heads`, { rule, got: heads, remedy: "Correct the file" });
  }
  const dropout = number("hidden_dropout_prob", 0.1, rate);
  return {
    ...{ ...others, width, heads, dropout },
    padding:
      fields.pad_token_id === null ? -1 : number("pad_token_id", 0, { must: "a whole number", holds: whole(-1) }),
    attentionDropout: number("attention_probs_dropout_prob", 0.1, rate),
    classifierDropout: number("classifier_dropout", dropout, rate),
    tanhGelu: GELUS[(fields.hidden_act as string | undefined) ?? "gelu"]!,
    epsilon: number("layer_norm_eps", 1e-12, { must: "a number above 0", holds: (value) => value > 0 }),
  };
}

const whole =
  (least: number, most = MOST) =>
  (value: number) =>
    Number.isInteger(value) && value >= least && value <= most;

/** The labels by their places; throws `data` where they are not numbered through. */
function labelsOf(where: string, { id2label }: Fields): readonly string[] | null {
  if (id2label === undefined || id2label === null) return null;
  const named = id2label as Readonly<Record<string, unknown>>;
  const labels = Object.keys(named).map((_, place) => named[place]);
  if (labels.every((label) => typeof label === "string")) return labels as string[];
  const rule = "must have a label for every place from 0";
  return fail("data", `${where}, id2label`, { rule, got: shown(id2label), remedy: "Correct the file" });
}
