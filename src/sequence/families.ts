/** The names of models of sequences, as the command line and stored specifications write them. */
import { fail } from "../base/errors.ts";
import type { Fitting } from "../model/model.ts";
import { type ModelFamily, registerModel } from "../model/registry.ts";
import { registerTask } from "../task/registry.ts";
import { bert } from "./bert.ts";
import { FOLDER } from "./folder/family.ts";
import { installSequences } from "./install.ts";
import { type LstmPrunes, lstm } from "./lstm.ts";
import { maskedLanguage } from "./masked-language.ts";
import { answers, language } from "./tasks.ts";

/** The size of BERT's own vocabulary, where a data set does not say another. */
const VOCABULARY = 30522;

/** Throws unless inputs are tokens. */
function requireTokens({ name, input }: Fitting): void {
  if (input.length === 1) return;
  const rule = `${name} needs texts, [tokens]`;
  fail("usage", "model", { rule, got: `[${input}]`, remedy: "Use a data set of texts" });
}

/** Throws unless every token is told of: an LSTM here is a model of language. */
function requireWords({ name, outputs, head, vocabulary = outputs }: Fitting): void {
  if (vocabulary === outputs && !head) return;
  const rule = `${name} tells the next of ${vocabulary} tokens`;
  fail("usage", "model", { rule, got: head ?? `a data set of ${outputs} outputs`, remedy: "Use bert-2x64" });
}

const LSTM: ModelFamily = {
  grammar: "lstm-LAYERS-UNITS[-tied][-dropoutRATE][-prunes-all or -prunes-encoder]",
  pattern:
    /^lstm-(?<layers>[1-9])-(?<units>[1-9]\d{0,3})(?<tied>-tied)?(?:-dropout(?<dropout>0?\.\d+))?(?:-prunes-(?<prunes>all|encoder))?$/,
  build(fitting, { layers, units, tied, dropout = 0, prunes }) {
    requireTokens(fitting);
    requireWords(fitting);
    const sizes = { layers: Number(layers), units: Number(units) };
    return lstm({
      ...fitting,
      ...sizes,
      tied: tied !== undefined,
      dropout: Number(dropout),
      ...(prunes && { prunes: prunes as LstmPrunes }),
    });
  },
};

const BERT: ModelFamily = {
  grammar: "bert-LAYERSxWIDTH[xHEADS]",
  pattern: /^bert-(?<layers>[1-9]\d?)x(?<width>[1-9]\d{0,3})(?:x(?<heads>[1-9]\d?))?$/,
  build(fitting, { layers, width, heads = String(Number(width) / 64) }) {
    requireTokens(fitting);
    const sizes = { layers: Number(layers), width: Number(width), heads: Number(heads) };
    if (!(Number.isInteger(sizes.heads) && sizes.width % sizes.heads === 0)) {
      const remedy = `Write bert-${layers}x${width}xHEADS with a number of heads that divides ${width}`;
      fail("usage", "model", {
        rule: "heads must divide the width; a head has 64 features",
        got: fitting.name,
        remedy,
      });
    }
    if (fitting.vocabulary === fitting.outputs && fitting.head !== "mlm") {
      const rule = `${fitting.name} tells classes or numbers of a text, not its next word`;
      fail("usage", "model", { rule, got: "a corpus", remedy: "Use a model of language, such as lstm-2-128" });
    }
    // Masks of all tasks cover the same matrices, whether a task reads the pooler or not.
    return bert({ vocabulary: VOCABULARY, ...fitting, ...sizes, pooler: true, places: true });
  },
};

/** Adds `lstm-L-H`, `bert-LxH` and `bert:FOLDER` to the models that names are read as, and the tasks of what is told of tokens. Again is nothing. */
export function addSequenceModels(): void {
  installSequences();
  for (const task of [language, maskedLanguage, answers]) registerTask(task);
  for (const family of [LSTM, BERT, FOLDER]) registerModel(family.grammar, family);
}
