/** Texts of like length share a section of the program, which costs what they are long: `train:16`, `evaluate:48`. */
import type { Dataset } from "../dataset/dataset.ts";
import { timeFor, timesOf } from "../dataset/length-batches.ts";
import type { Table } from "../dataset/table.ts";
import type { Model } from "../model/model.ts";
import type { SectionSource } from "../program/compile.ts";
import type { Program } from "../program/program.ts";

/** Ids of every row; undefined where rows are no texts of their own length. */
export function textLengths({ columns }: Table): Int32Array | undefined {
  return columns.tokens?.lengths;
}

/** Every length that some text of the data set takes, ascending; undefined where its rows are no texts of their own length. */
export function lengthsOf({ train, test, shape }: Pick<Dataset, "train" | "test" | "shape">): number[] | undefined {
  const lengths = [train, test].map(textLengths);
  return lengths[0] && lengths[1] && timesOf([...lengths[0], ...lengths[1]], shape[0]!);
}

/** The sections of a program beside `NAME`, which holds the longest texts: `NAME:LENGTH`, in each the model reads so many ids. */
export function sectionsByLength(
  name: string,
  model: Model,
  { lengths, source }: { lengths: readonly number[] | undefined; source: (model: Model) => SectionSource },
): Readonly<Record<string, SectionSource>> {
  if (!lengths || model.column !== "tokens") return { [name]: source(model) };
  const each = lengths.map((time, i): [string, SectionSource] => {
    return [i === lengths.length - 1 ? name : `${name}:${time}`, source({ ...model, input: [time] })];
  });
  return Object.fromEntries(each);
}

/** The section `NAME` or `NAME:LENGTH` for texts of so many ids. */
export function sectionFor({ sections }: Pick<Program, "sections">, name: string, time: number): string {
  const own = `${name}:${time}`;
  return sections[own] ? own : name;
}

/** Rows cut into runs of like length, shorter first, each in the order given; rows that are no texts are one run. */
export function* rowsByLength(
  rows: Int32Array,
  { lengths, most }: { lengths: Int32Array | undefined; most: number },
): Generator<{ readonly time: number; readonly places: Int32Array }> {
  const all = Int32Array.from(rows, (_, place) => place);
  if (!lengths) return yield { time: most, places: all };
  const timeAt = (place: number) => timeFor(lengths[rows[place]!]!, most);
  for (const time of timesOf(
    Array.from(rows, (row) => lengths[row]!),
    most,
  ))
    yield { time, places: all.filter((place) => timeAt(place) === time) };
}
