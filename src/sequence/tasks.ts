/** What is learnt of texts at every position: the next or the masked word, and the span of an answer. */
import type { Builder, Node } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Pass, Task } from "../task/task.ts";
import { LANGUAGE, languageMeasures } from "../task/text/measures.ts";
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

/** The word at every position whose label is not below 0: the next one, or one that was masked. */
export const language: Task = {
  name: "language",
  losses: ["cross-entropy"],
  measures: () => [...LANGUAGE, ACCURACY],
  target,
  objective({ scope, model, x, y }: Pass) {
    const { output } = model.apply(scope, x, { training: true });
    return { loss: tokenCrossEntropy(scope.graph, output, y, model) };
  },
  scores({ scope, model, x, y }: Pass) {
    const { graph } = scope;
    const { output } = model.apply(scope, x, { training: false });
    const statistics = graph.node("token_statistics", [output], {});
    // Every label counts 1 here, whatever batch it falls into.
    const ones = graph.node("affine", [y], { factor: 0, offset: 1 });
    const losses = graph.node("token_cross_entropy", [output, statistics, y, ones], {});
    const correct = graph.node("sum_rows", [graph.node("token_correct", [output, y], {})], {});
    const loss = tokenCrossEntropy(graph, output, y);
    return { output, loss, nats: graph.node("sum_rows", [losses], {}), right: correct, labels: y };
  },
  tally() {
    let [nats, right, labels] = [0, 0, 0];
    return {
      reads: ["nats", "right", "labels"],
      add(rows, values, lanes) {
        for (let n = 0; n < rows.length; n++) {
          nats += values.nats![n]!;
          right += values.right![n]!;
          for (let place = n; place < values.labels!.length; place += lanes)
            labels += Number(values.labels![place]! >= 0);
        }
      },
      measures: () => ({ ...languageMeasures({ nats, tokens: labels }), accuracy: right / labels }),
    };
  },
};

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
