/**
 * Batches of texts. Texts of like length share a section of the program, which costs what they are long: `train:16`,
 * `evaluate:48`. Rows of a stream keep their order, and states begin at 0 with every pass.
 */
import { fail } from "../base/errors.ts";
import { checkValues } from "../dataset/check-table.ts";
import { createLengthBatches, timeFor, timesOf } from "../dataset/length-batches.ts";
import { streamBatches } from "../dataset/streams.ts";
import type { Column, Table } from "../dataset/table.ts";
import type { SectionSource } from "../program/compile.ts";
import type { Program } from "../program/program.ts";
import type { Batching, Rows, ScoredRows } from "../train/batching.ts";
import { createFeed, type Feed, type FeedSources } from "../train/feed.ts";
import type { Training } from "../train/training.ts";
import { resetStates } from "./lane-states.ts";
import { maskedValues } from "./masked-rows.ts";
import { packedFor } from "./packing.ts";

type Values = NonNullable<FeedSources["values"]>;

/** Ids of every row; undefined where all rows have as many. */
const lengthsIn = ({ columns }: Table) => columns.tokens?.lengths;

/** Every length that some text of the data set takes, ascending; none where all rows have one. */
function timesIn({ train, test, shape }: Rows): number[] {
  const lengths = [train, test].flatMap((table) => Array.from(lengthsIn(table) ?? []));
  return timesOf(lengths, shape[0]!);
}

/**
 * Columns that a stream is scored in, whose states begin at 0: one block of lanes. A text of one column would take as long as
 * one of 16, and of 250,000 words each beginning costs 0.00003 nats a word (docs/texts.md).
 */
const SCORED_COLUMNS = 16;

/** Kernels read where ids say: throws `data` for one beyond the vocabulary, and for a label of a stream that is none. */
function checkTokens({ train, test, shape, stream, masking, vocabulary = 0 }: Rows): void {
  for (const [part, { columns }] of Object.entries({ train, test })) {
    if (columns.spans) checkSpans(`${part}, spans`, columns.spans, columns.tokens?.lengths);
    for (const name of ["tokens", ...(stream ? ["labels"] : []), ...(masking ? ["words"] : [])]) {
      const where = `${part}, ${name}`;
      const column =
        columns[name] ?? fail("data", where, { rule: "must be there", got: Object.keys(columns).join(", ") });
      const { type, lengths } = column;
      if (type !== "i32") fail("data", where, { rule: "must be of type i32", got: type });
      if (stream && (lengths || column.shape.join() !== shape.join()))
        fail("data", where, { rule: `rows of a stream must have the shape [${shape}]`, got: `[${column.shape}]` });
      const allows = (id: number) => id >= 0 && id < vocabulary;
      const rule = `must be ids from 0 to ${vocabulary - 1}`;
      checkValues(where, column, { rule, remedy: "Raise vocabulary", allows });
    }
  }
}

/** Throws `data` for an answer that starts or ends beyond the tokens of its row. */
function checkSpans(where: string, { data }: Column, lengths?: Int32Array): void {
  const row = lengths?.findIndex((length, i) =>
    [0, 1].some((end) => !(data[2 * i + end]! >= 0 && data[2 * i + end]! < length)),
  );
  if (row === undefined || row < 0) return;
  const got = `${data[2 * row]}, ${data[2 * row + 1]}`;
  fail("data", `${where}, row ${row}`, { rule: `must be places of its ${lengths![row]} tokens, from 0`, got });
}

function sectionFor({ sections }: Pick<Program, "sections">, name: string, time: number): string {
  const own = `${name}:${time}`;
  return sections[own] ? own : name;
}

function* byLength({ lengths, most }: { lengths: Int32Array; most: number }, rows: Int32Array) {
  const all = Int32Array.from(rows, (_, place) => place);
  const timeAt = (place: number) => timeFor(lengths[rows[place]!]!, most);
  for (const time of timesOf(
    Array.from(rows, (row) => lengths[row]!),
    most,
  ))
    yield { time, places: all.filter((place) => timeAt(place) === time) };
}

/** Batches by length, and of streams in their order. */
export const TEXT_BATCHING: Batching = {
  takes: ({ vocabulary }) => vocabulary !== undefined,
  sections(name, dataset, { model, source }) {
    checkTokens(dataset);
    const times = timesIn(dataset);
    if (times.length === 0) {
      const own = source(model);
      if (!dataset.stream) return { [name]: own };
      return {
        [name]: name === "evaluate" ? { ...own, batch: SCORED_COLUMNS } : source(packedFor(model, own.batch)),
      };
    }
    const each = times.map((time, i): [string, SectionSource] => {
      // Rows that are masked anew in every epoch are in no column: the host writes them.
      const written = dataset.masking && name === "train" ? { source: `host:${time}` as const } : undefined;
      return [i === times.length - 1 ? name : `${name}:${time}`, source({ ...model, input: [time] }, written)];
    });
    return Object.fromEntries(each);
  },
  feed(instance, training, values) {
    return training.dataset.stream ? streamFeed(instance, training, values) : lengthFeed(instance, training, values);
  },
  *scored(instance, { dataset, part }, indices): Generator<ScoredRows> {
    const [lengths, most] = [lengthsIn(dataset[part]), dataset.shape[0]!];
    if (lengths) {
      for (const { time, places } of byLength({ lengths, most }, indices))
        yield { section: sectionFor(instance.program, "evaluate", time), places };
      return;
    }
    resetStates(instance, "evaluate");
    const { count, at } = streamBatches(indices.length, instance.program.sections.evaluate!.lanes);
    for (let batch = 0; batch < count; batch++) yield { section: "evaluate", places: at(batch) };
  },
};

function lengthFeed(instance: Parameters<typeof createFeed>[0], training: Training, values: Values): Feed {
  const { dataset, split, batch, noise } = training;
  const { train: table, shape } = dataset;
  const same = new Int32Array(table.count).fill(shape[0]!);
  const lengths = lengthsIn(table) ?? same;
  const batches = createLengthBatches({ indices: split.train, batch, key: noise, lengths, most: shape[0]! });
  const sectionAt = (step: number) => sectionFor(instance.program, "train", batches.at(step).time);
  const feeds = new Map<string, Feed>();
  const feedOf = (section: string): Feed => {
    const rowsAt = (step: number) => batches.at(step).rows;
    const own = dataset.masking ? { ...values, ...maskedValues(instance, { training, batches, section }) } : values;
    const feed = feeds.get(section) ?? createFeed(instance, section, { table, rowsAt, values: own });
    feeds.set(section, feed);
    return feed;
  };
  return { write: (step) => feedOf(sectionAt(step)).write(step), sectionAt, state: () => null, restore() {} };
}

/** Rows in order, in as many columns as a batch has rows. */
function streamFeed(
  instance: Parameters<typeof createFeed>[0],
  { dataset, split, batch }: Training,
  values: Values,
): Feed {
  const { count, at } = streamBatches(split.train.length, batch);
  const rowsAt = (step: number) => at(step % count).map((place) => split.train[place]!);
  const feed = createFeed(instance, "train", { table: dataset.train, rowsAt, values });
  return {
    ...feed,
    write(step) {
      if (step % count === 0) resetStates(instance, "train");
      return feed.write(step);
    },
  };
}
