/** What is learnt of texts at every position: the next word, and the span of an answer. */

import { bestSpan, type Span } from "../dataset/text/squad/answer.ts";
import { type AnswerTexts, answerTexts } from "../dataset/text/squad/columns.ts";
import type { Builder, Node } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Measured, Pass, Scores, Tally, Task } from "../task/task.ts";
import { ANSWERS, answerMeasures, LANGUAGE, languageMeasures, type TokenSums } from "../task/text/measures.ts";
import { ACCURACY } from "../task/words.ts";

/**
 * Cross-entropy at every position of logits, `[classes, time, 1]`, whose label, `[time]`, is not below 0. The mean over the
 * batch's examples is that over all its labels.
 * @param batch of logits that are packed, the examples of a batch; labels are as the data set has them
 */
export function tokenCrossEntropy(
  graph: Builder,
  logits: Node,
  labels: Node,
  { batch }: Pick<Model, "batch"> = {},
): Node {
  const statistics = graph.node("token_statistics", [logits], {});
  const weights = graph.node("token_weights", [labels], {});
  const packed = (x: Node, fill: number) => (batch ? graph.node("pack_examples", [x], { batch, fill }) : x);
  const operands = [logits, statistics, packed(labels, NO_LABEL), packed(weights, 0)];
  const losses = graph.node("token_cross_entropy", operands, {});
  const own = batch ? graph.node("unpack_examples", [losses], { batch, time: labels.type.shape[0]! }) : losses;
  return graph.node("sum_rows", [own], {});
}

const NO_LABEL = -1;

const target: Task["target"] = (_, input) => ({ column: "labels", shape: input });

/** The word at every position whose label is not below 0: the next one. */
export const language: Task = {
  name: "language",
  losses: ["cross-entropy"],
  measures: () => [...LANGUAGE, ACCURACY],
  target,
  objective({ scope, model, x, y }: Pass) {
    const { output } = model.apply(scope, x, { training: true });
    return { loss: tokenCrossEntropy(scope.graph, output, y, model) };
  },
  scores: (pass) => tokenScores(pass, pass.y),
  tally: () => tokenTally((sums) => ({ ...languageMeasures(sums), accuracy: sums.right / sums.tokens })),
};

/** Sums up what {@link tokenScores} computes of labels that are not below 0. */
export function tokenTally(measures: (sums: Required<TokenSums>) => Measured): Tally {
  let [nats, right, tokens] = [0, 0, 0];
  return {
    reads: ["nats", "right", "labels"],
    add(rows, values, lanes) {
      for (let n = 0; n < rows.length; n++) {
        nats += values.nats![n]!;
        right += values.right![n]!;
        for (let place = n; place < values.labels!.length; place += lanes)
          tokens += Number(values.labels![place]! >= 0);
      }
    },
    measures: () => measures({ nats, right, tokens }),
  };
}

/** What is computed of every example: its loss, and sums over its labels that are not below 0. */
export function tokenScores({ scope, model, x }: Pass, labels: Node): Scores {
  const { graph } = scope;
  const { output } = model.apply(scope, x, { training: false });
  const statistics = graph.node("token_statistics", [output], {});
  // Every label counts 1 here, whatever batch it falls into.
  const ones = graph.node("affine", [labels], { factor: 0, offset: 1 });
  const losses = graph.node("token_cross_entropy", [output, statistics, labels, ones], {});
  const correct = graph.node("token_correct", [output, labels], {});
  const loss = tokenCrossEntropy(graph, output, labels);
  const sums = { nats: graph.node("sum_rows", [losses], {}), right: graph.node("sum_rows", [correct], {}) };
  return { output, loss, ...sums, correct, labels };
}

/** One row of a vector of two. */
function half(graph: Builder, y: Node, row: 0 | 1): Node {
  const images = graph.node("reshape", [y], { shape: [2, 1, 1], layout: "image" });
  const own = graph.node("channels", [images], { from: row, count: 1 });
  return graph.node("reshape", [graph.node("flatten", [own], {})], { shape: [], layout: "vector" });
}

/** The mean of the cross-entropies of where an answer starts and ends, of logits `[2, time, 1]` (Devlin et al. 2019). */
function spanLoss(graph: Builder, output: Node, y: Node): Node {
  const losses = ([0, 1] as const).map((row) => {
    const logits = graph.node("flatten", [graph.node("channels", [output], { from: row, count: 1 })], {});
    return graph.node("softmax_cross_entropy", [logits, half(graph, y, row)], {});
  }) as [Node, Node];
  return graph.node("scale", [graph.node("add", losses, {})], { factor: 0.5 });
}

const spanPass = ({ scope, model, x, y }: Pass, training: boolean) => {
  const { output } = model.apply(scope, x, { training });
  return { output, loss: spanLoss(scope.graph, output, y) };
};

/** Where an answer starts and ends: two places a text, the column `spans`. */
export const span: Task = {
  name: "span",
  losses: ["cross-entropy"],
  measures: () => [{ name: "loss", title: "loss", unit: null, direction: "down" }],
  target: () => ({ column: "spans", shape: [2] }),
  objective: (pass) => ({ loss: spanPass(pass, true).loss }),
  scores: (pass) => spanPass(pass, false),
  tally() {
    let [sum, count] = [0, 0];
    return {
      reads: ["loss"],
      add(rows, { loss }) {
        for (let n = 0; n < rows.length; n++) sum += loss![n]!;
        count += rows.length;
      },
      measures: () => ({ loss: sum / count }),
    };
  },
};

/** The best span so far of a question, and the text that it is. */
interface Best extends Pick<Span, "score"> {
  readonly row: number;
  readonly told: string;
  readonly given: readonly string[];
}

/**
 * The answer to a question, cut from its text: of the spans of at most 30 tokens in all windows of the question the one with the
 * greatest sum of logits, the first where several have it. Windows come in any order.
 */
export const answers: Task = {
  ...span,
  name: "answers",
  measures: () => ANSWERS,
  scores(pass) {
    const { output, loss } = span.scores(pass);
    return { output, loss, logits: pass.scope.graph.node("flatten", [output], {}) };
  },
  tally(_, table) {
    const texts: AnswerTexts = answerTexts(table);
    const best = new Map<number, Best>();
    const note = (row: number, { start, end }: Readonly<Record<"start" | "end", Float32Array>>) => {
      const { question, text, given, ...window } = texts.at(row);
      const found = bestSpan(window, { start, end });
      const known = best.get(question);
      const score = found?.score ?? Number.NEGATIVE_INFINITY;
      if (known && (known.score > score || (known.score === score && known.row < row))) return;
      best.set(question, { row, score, told: found ? text.slice(found.start, found.end) : "", given });
    };
    return {
      reads: ["logits"],
      add(rows, { logits }, lanes) {
        const time = logits!.length / lanes / 2;
        const lane = (n: number, from: number) =>
          Float32Array.from({ length: time }, (_, t) => logits![(from + t) * lanes + n]!);
        for (const [n, row] of rows.entries()) note(row, { start: lane(n, 0), end: lane(n, time) });
      },
      measures() {
        const all = [...best.values()];
        return answerMeasures(
          all.map(({ told }) => told),
          all.map(({ given }) => given),
        );
      },
    };
  },
};
