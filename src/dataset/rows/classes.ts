/** Classes from a CSV column: texts in the order of their code points, or integers in the order of numbers. */

import { fail } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { packClasses } from "./pack.ts";
import { parseNumber, type Role } from "./role.ts";
import type { FinishedTarget, TargetReading } from "./targets.ts";

/** Numbers cells as they first appear: whether they are integers or text is known at the end. */
export function readClasses(where: string): TargetReading {
  const codes = new Map<string, number>();
  const code = (cell: string) => {
    if (!codes.has(cell)) codes.set(cell, codes.size);
    return codes.get(cell)!;
  };
  const role: Role = {
    parse: (cell) => (cell === "" ? Number.NaN : code(cell)),
    rule: "must name a class",
    remedy: () => "Fill the cell, or leave its row out",
  };
  return { role, finish: () => finish(where, [...codes.keys()]) };
}

/** `cells` are all different, and each is coded by its place. */
function finish(where: string, cells: readonly string[]): FinishedTarget {
  const { nameOf, compare } = wording(where, cells);
  const names = [...new Set(cells.map(nameOf))].sort(compare);
  if (names.length < 2) {
    const held = names[0] === undefined ? "none" : `only one, called ${printable(names[0])}`;
    fail("data", where, { rule: `must hold two classes or more, and holds ${held}`, remedy: "Choose another target" });
  }
  const indices = new Map(names.map((name, index) => [name, index]));
  const classes = cells.map((cell) => indices.get(nameOf(cell))!);
  const codes = new Map(cells.map((cell, code) => [nameOf(cell), code]));
  const role: Role = {
    parse: (cell) => codes.get(nameOf(cell)) ?? Number.NaN,
    rule: "must be a class of the training file",
    remedy: () => "Leave the row out, or add rows of its class to the training file",
  };
  return {
    target: { kind: "classes", count: names.length, names },
    role,
    column: "labels",
    pack: ([values], rows) =>
      packClasses(
        values!.map((code) => classes[code]!),
        rows,
        names.length,
      ),
  };
}

/** How cells name classes and in which order these are: `1` and `01` are one class where all cells are integers. */
function wording(where: string, cells: readonly string[]) {
  if (cells.some((cell) => Number.isNaN(parseNumber(cell)))) {
    return { nameOf: (cell: string) => cell, compare: byCodePoints };
  }
  const fraction = cells.find((cell) => !Number.isSafeInteger(parseNumber(cell)));
  if (fraction !== undefined) {
    const rule = "classes must be text or integers below 2^53";
    fail("data", where, { rule, got: fraction, remedy: "Choose the task regression, or name the classes" });
  }
  // -0 is written 0.
  return { nameOf: (cell: string) => String(parseNumber(cell)), compare: (a: string, b: string) => +a - +b };
}

/** JavaScript compares UTF-16 units, which puts code points above U+FFFF before some below. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const i = left.findIndex((char, at) => char !== right[at]);
  if (i < 0) return left.length - right.length;
  return right[i] === undefined ? 1 : left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
}
