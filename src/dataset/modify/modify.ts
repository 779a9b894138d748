/** A data set, or what is known of one, with what its name says is made of its images and classes. */

import { fail } from "../../base/errors.ts";
import type { Dataset, DatasetDescription } from "../dataset.ts";
import type { Table } from "../table.ts";
import { type Modification, readClasses } from "./modifiers.ts";
import { asRgb, halfOf, ofClasses, resized } from "./select.ts";

/** One modification: what it makes of the description, and of the tables where they are there. */
interface Change {
  readonly described: Partial<DatasetDescription>;
  readonly train?: (table: Table) => Table;
  /** Absent where the test set stays as it is. */
  readonly test?: (table: Table) => Table;
}

/**
 * The data set with pictures at another size, grey as RGB, some of its classes (numbered anew, in both parts), every other
 * image of each class of the training part, and fewer images trained on. Its name is left as it is. Throws `usage` on what
 * does nothing for it, and on classes that it does not have.
 */
export function modified<D extends DatasetDescription>(dataset: D, { resize, rgb, modifiers }: Modification): D {
  const { classes, half, size } = modifiers;
  const steps = [
    resize !== undefined && ((of: D) => atSize(of, resize)),
    rgb && inColour,
    classes !== undefined && ((of: D) => withClasses(of, readClasses(classes))),
    half !== undefined && ((of: D) => halved(of, half)),
    size !== undefined && ((of: D): Change => ({ described: { trainSize: sized(of, size) } })),
  ];
  return steps.reduce((made: D, step) => (step ? changed(made, step(made)) : made), dataset);
}

function changed<D extends DatasetDescription>(of: D, { described, train, test }: Change): D {
  const tables = of as Partial<Pick<Dataset, "train" | "test">>;
  return {
    ...{ ...of, ...described },
    ...(train && tables.train && { train: filled(of, "train", train(tables.train)) }),
    ...(test && tables.test && { test: filled(of, "test", test(tables.test)) }),
  };
}

function filled({ name }: DatasetDescription, part: string, table: Table): Table {
  if (table.count > 0) return table;
  return fail("data", name, { rule: `has no image of these classes or halves to ${part} on`, remedy: "Ask for more" });
}

function atSize(of: DatasetDescription, size: number): Change {
  const [channels, height, width] = picturesOf(of, `@${size}`);
  if (height === size && width === size) nothing(of, `@${size}`, `its pictures have ${size} x ${size} pixels`);
  const table = (from: Table) => resized(from, of.shape, size);
  return { described: { shape: [channels, size, size] }, train: table, test: table };
}

function inColour(of: DatasetDescription): Change {
  const [channels, height, width] = picturesOf(of, ":rgb");
  if (channels !== 1) nothing(of, ":rgb", `its pictures have ${channels} channels`);
  const table = (from: Table) => asRgb(from, of.shape);
  const each = ([value]: readonly number[]) => [value!, value!, value!];
  const { mean, std } = of;
  const by = mean && std && { mean: each(mean), std: each(std) };
  return { described: { shape: [3, height, width], ...by }, train: table, test: table };
}

function withClasses(of: DatasetDescription, classes: readonly number[]): Change {
  const { target } = of;
  if (target.kind !== "classes") return nothing(of, ":classes=", `what is learnt of it are ${target.kind}`);
  const { count, names } = target;
  const last = classes.at(-1)!;
  if (last >= count) fail("usage", "classes", { rule: `of ${of.name} are from 0 to ${count - 1}`, got: last });
  if (classes.length === count) nothing(of, ":classes=", `it has ${count} classes, and these are all`);
  const kept = { kind: "classes", count: classes.length, ...(names && { names: classes.map((each) => names[each]!) }) };
  const table = (from: Table) => ofClasses(from, classes);
  return { described: { target: kept as typeof target, outputs: classes.length }, train: table, test: table };
}

function halved(of: DatasetDescription, half: string): Change {
  if (of.target.kind !== "classes") nothing(of, `:half=${half}`, `what is learnt of it are ${of.target.kind}`);
  return { described: {}, train: (from) => halfOf(from, half) };
}

function sized(of: DatasetDescription, size: string): number {
  const count = (of as Partial<Dataset>).train?.count;
  if (count === undefined || Number(size) <= count) return Number(size);
  const rule = `of ${of.name} must be how many images are trained on, from 1 to ${count}`;
  return fail("usage", "size", { rule, got: size });
}

function picturesOf(of: DatasetDescription, what: string): readonly [number, number, number] {
  return of.shape.length === 3 ? (of.shape as [number, number, number]) : nothing(of, what, "it has no pictures");
}

function nothing({ name }: DatasetDescription, what: string, why: string): never {
  return fail("usage", "data set", { rule: `${what} does nothing for ${name}: ${why}`, remedy: "Leave it out" });
}
