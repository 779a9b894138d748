/** What tasks of views share: how many views a batch has of each picture, and how a graph gets them. */
import { fail } from "../base/errors.ts";
import { DRAWN } from "../graph/ops/views.ts";
import type { Builder, Node } from "../graph/types.ts";
import { hostInput } from "../model/input.ts";
import type { Heads, Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import type { SectionSource } from "../program/compile.ts";
import type { Pass, Task } from "../task/task.ts";
import type { Recipe } from "./draws.ts";

/** A task that learns of views of pictures, without what the data set says of them. */
export interface ViewTask extends Task {
  readonly views: {
    readonly recipe: Recipe;
    /**
     * How the views of a picture come: `one`; `beside`, two in one batch of twice as many lanes; `apart`, two, each in a batch of
     * its own. Scoring lays two beside each other.
     */
    readonly form: "one" | "beside" | "apart";
    /** What is there beside the network when training begins; absent for nothing. */
    readonly begin?: (network: Network, model: Model, seed: number) => Network;
    /** A section that runs before each step; absent for none. */
    readonly before?: (model: Model) => SectionSource["graph"];
    /** Rows of the queue that keys go into; absent for none. */
    readonly queue?: number;
  };
}

/** Whether a task learns of views. */
export function isViewTask(task: Task | undefined): task is ViewTask {
  return task !== undefined && "views" in task;
}

/** Which views of a batch: the first or only ones, those that come apart from them, or those that are scored. */
export type Which = 0 | 1 | "scored";

/** What the host writes for views: `draws`, and such as `draws:1`, for sections share what has one name. */
export const drawsName = (which: Which) => (which === 0 ? "draws" : `draws:${which}`);

/** Draws of a batch of views as a graph reads them. */
export function drawsIn({ scope: { graph, once } }: Pass, which: Which = 0): Node {
  const name = drawsName(which);
  return once(name, () => graph.node("input", [], { name, shape: [DRAWN], layout: "vector" }));
}

/** A batch of views: the pass's own where the host writes them (`x`, of a second one `x:1`), else made of the data set's pictures. */
export function viewsIn(pass: Pass, which: Which = 0): Node {
  const { scope, model, x } = pass;
  if (x.op === "input" && which !== 1) return x;
  if (x.op === "input") return scope.once("x:1", () => hostInput(scope.graph, x.type.shape, "x:1"));
  if (model.input.length !== 3) {
    const rule = "needs pictures, [channels, height, width]";
    fail("usage", "task", { rule, got: `[${model.input}]`, remedy: "Use a data set of pictures" });
  }
  if (x.op === "images" && x.attributes.augment) {
    const rule = "crops and mirrors pictures, which views are of themselves";
    fail("usage", "augment", { rule, got: "a task of views", remedy: "Choose augment none" });
  }
  return scope.graph.node("views", [drawsIn(pass, which)], { shape: model.input });
}

/** A head of a model by name; throws `usage` for a model without it. */
export function headIn(heads: Heads, { name: got }: Model, head: "projection" | "rotation"): Node {
  const remedy = "Use a model that is made for it, such as resnet-20-projected64";
  return heads[head] ?? fail("usage", "model", { rule: `must have a head ${head}`, got, remedy });
}

/** A row of a vector of several. */
export function rowOf(graph: Builder, x: Node, row: number): Node {
  const rows = x.type.shape[0]!;
  const images = graph.node("reshape", [x], { shape: [rows, 1, 1], layout: "image" });
  const own = graph.node("channels", [images], { from: row, count: 1 });
  return graph.node("reshape", [graph.node("flatten", [own], {})], { shape: [], layout: "vector" });
}
