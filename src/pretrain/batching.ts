/** Batches of views: what the host draws for them at each iteration, and the lanes that they take. */
import { fail } from "../base/errors.ts";
import { type Batches, createBatches } from "../dataset/batches.ts";
import type { Instance } from "../engine/engine.ts";
import type { Batching, Rows, ScoredRows } from "../train/batching.ts";
import { createFeed, type Feed } from "../train/feed.ts";
import { drawsOf, drawView, type Recipe, type View, type ViewKey } from "./draws.ts";
import { drawsName, isViewTask, type ViewTask } from "./task.ts";

/** Pictures whose views are scored together. */
const SCORED = 128;

/** The replicate of draws for scoring, which no training has. */
const SCORING = 0xffffffff;

/** The section that runs before a step. */
const BEFORE = "before";

const taskOf = (task: unknown): ViewTask => task as ViewTask;

/** How many lanes a picture takes in a section. */
function lanesEach({ form }: ViewTask["views"], section: string): number {
  return form === "one" || (form === "apart" && section === "train") ? 1 : 2;
}

const twice = (rows: Int32Array): Int32Array => Int32Array.of(...rows, ...rows);

/** Pixels are worked on between black and white. */
function checkPictures({ train, test }: Rows): void {
  for (const [part, { columns }] of Object.entries({ train, test })) {
    const images = columns.images;
    if (!images) fail("data", part, { rule: "views are of pictures", got: Object.keys(columns).join(", ") });
    const strange = images.type === "f32" ? images.data.find((value) => !(value >= 0 && value <= 1)) : undefined;
    if (strange === undefined) continue;
    fail("data", `${part}, images`, { rule: "pixels that views are made of lie from 0 to 1", got: strange });
  }
}

export const VIEW_BATCHING: Batching = {
  takes: (_, task) => isViewTask(task),
  sections(name, dataset, { model, source }, task) {
    const { views } = taskOf(task);
    checkPictures(dataset);
    const { graph, batch } = source(model);
    if (name === "evaluate") return { [name]: { graph, batch: lanesEach(views, name) * SCORED } };
    if (views.queue !== undefined && batch > views.queue)
      fail("usage", "batch", { rule: `must fit the queue of ${views.queue} keys`, got: batch });
    const own = { graph, batch: lanesEach(views, name) * batch };
    return { [name]: own, ...(views.before && { [BEFORE]: { graph: views.before(model), batch } }) };
  },
  begin: (network, { task, model, noise }) => taskOf(task).views.begin?.(network, model, noise.seed) ?? network,
  feed(instance, training, values) {
    const { dataset, split, batch, noise } = training;
    const { views } = taskOf(training.task);
    const batches = createBatches({ indices: split.train, batch, key: noise });
    const key = { seed: noise.seed, replicate: (noise.replicate | (noise.draw << 16)) >>> 0 };
    const lanes = instance.program.sections.train!.lanes;
    const drawn = (view: number) => (step: number) => {
      const count = batches.at(step).length;
      return drawsOf(viewsOf(views, dataset.shape, { key: { ...key, step }, view, count }), lanes);
    };
    const draws = Object.fromEntries(([0, 1] as const).map((view) => [drawsName(view), drawn(view)]));
    const place = (step: number) => [
      views.queue ? seenBefore(batches, split.train.length, step, batch) % views.queue : 0,
    ];
    const rowsAt = (step: number) => (views.form === "beside" ? twice(batches.at(step)) : batches.at(step));
    const feed = createFeed(instance, "train", {
      table: dataset.train,
      rowsAt,
      values: { ...values, ...draws, queue_place: place },
    });
    return views.before ? runningBefore(instance, feed) : feed;
  },
  *scored(_, { dataset, task }, indices): Generator<ScoredRows> {
    const { views } = taskOf(task);
    const each = lanesEach(views, "evaluate");
    const batches: number[][] = [];
    for (let from = 0; from < indices.length; from += SCORED)
      batches.push(Array.from({ length: Math.min(SCORED, indices.length - from) }, (_, n) => from + n));
    const draws = (batch: number) => {
      const views_ = Array.from({ length: each }, (_, view) =>
        batches[batch]!.map((place, n) => scoredView(views.recipe, dataset.shape, { row: indices[place]!, view, n })),
      );
      return drawsOf(beside(views_), each * SCORED);
    };
    const places = Int32Array.from(batches.flatMap((places) => (each === 2 ? [...places, ...places] : places)));
    yield { section: "evaluate", places, values: { [drawsName("scored")]: draws } };
  },
};

/** Views of one picture each, laid beside each other. */
const beside = (views: readonly (readonly View[])[]): View[] =>
  views.flatMap((own, view) => own.map((each) => ({ ...each, place: each.place + view * own.length })));

interface Drawn {
  readonly key: ViewKey;
  /** Which view of each picture, where they come apart. */
  readonly view: number;
  /** Pictures of the batch. */
  readonly count: number;
}

/** The views of a batch: of each picture one, or two beside each other. */
function viewsOf({ recipe, form }: ViewTask["views"], shape: readonly number[], { key, view, count }: Drawn): View[] {
  const of = (which: number) =>
    Array.from({ length: count }, (_, lane) => drawView(recipe, shape, { key, view: which, lane }));
  return form === "beside" ? beside([of(0), of(1)]) : of(view);
}

/** A view that a row is scored by: always the same. */
function scoredView(
  recipe: Recipe,
  shape: readonly number[],
  { row, view, n }: Record<"row" | "view" | "n", number>,
): View {
  const key = { seed: 0, replicate: SCORING, step: row };
  return { ...drawView(recipe, shape, { key, view, lane: 0 }), place: n };
}

/** How many pictures were seen before an iteration. */
function seenBefore({ iterationsPerEpoch }: Batches, count: number, step: number, batch: number): number {
  return Math.floor(step / iterationsPerEpoch) * count + (step % iterationsPerEpoch) * batch;
}

/** A feed that runs what comes before the step. */
function runningBefore(instance: Instance, feed: Feed): Feed {
  return {
    ...feed,
    write(step) {
      instance.run(BEFORE);
      return feed.write(step);
    },
  };
}
