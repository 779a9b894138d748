/** How a measure is shown: values as tables and axes have them, and the words for it. */
import type { Measure } from "./task.ts";

/** What every run measured before there were tasks, and what a run measures that does not say. */
export const ACCURACY: Measure = { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" };

/** A value as it is drawn: fractions in percent. */
export function shown({ unit }: Pick<Measure, "unit">, value: number): number {
  return unit === "fraction" ? 100 * value : value;
}

/** What shown values are of: ` %`, ` price` or nothing. */
export function unitOf({ unit }: Pick<Measure, "unit">): string {
  if (unit === "fraction") return " %";
  return unit === null ? "" : ` ${unit}`;
}

/** A shown value as text: percent with two decimals, others with four digits. */
export function digits({ unit }: Pick<Measure, "unit">, value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (unit === "fraction") return value.toFixed(2);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** A shown value with its unit; a dash where there is none. */
export function told(measure: Pick<Measure, "unit">, value: number): string {
  return Number.isFinite(value) ? `${digits(measure, value)}${unitOf(measure)}` : "–";
}

/** How far apart two shown values are, to the last digit that either is written with: `0.30 points`, `0.0123 price`. */
export function gapOf(measure: Pick<Measure, "unit">, a: number, b: number): string {
  const largest = Math.max(Math.abs(a), Math.abs(b));
  return `${gapDigits(measure, Math.abs(a - b), largest)}${gapUnit(measure)}`;
}

/** A difference of shown values as text, to the last digit that values as large as `largest` are written with. */
export function gapDigits({ unit }: Pick<Measure, "unit">, gap: number, largest: number): string {
  const exponent = unit === "fraction" ? 1 : Number(Math.abs(largest).toExponential().split("e")[1]);
  const text = gap.toFixed(Math.max(0, Math.min(100, 3 - exponent)));
  const plain = unit === "fraction" ? text : String(Number(text));
  return Number(plain) === 0 ? plain.replace("-", "") : plain;
}

/** What differences of shown values are of: ` points`, ` price` or nothing. */
export function gapUnit(measure: Pick<Measure, "unit">): string {
  return measure.unit === "fraction" ? " points" : unitOf(measure);
}

/** The measure of a set as the words of an axis: `Test accuracy (%)`, `Test RMSE (price)`. */
export function axisOf(set: "Test" | "Validation" | "Train", measure: Pick<Measure, "title" | "unit">): string {
  return `${set} ${measure.title}${inBrackets(measure)}`;
}

/** What shown values are of, behind the words of a heading: ` (%)`, ` (price)` or nothing. */
export function inBrackets(measure: Pick<Measure, "unit">): string {
  const unit = unitOf(measure).trim();
  return unit && ` (${unit})`;
}

/** The error that a measure is turned into where less must be better, as an axis has it: `Error (%)`, `RMSE (price)`. */
export function errorOf(measure: Pick<Measure, "title" | "unit" | "direction">): string {
  return withUnit(measure.unit === "fraction" ? "Error" : errorName(measure), measure);
}

/** The same inside a sentence: `error`, `RMSE`. */
export function errorName({ title, unit, direction }: Pick<Measure, "title" | "unit" | "direction">): string {
  if (unit === "fraction") return "error";
  return direction === "down" ? title : `-${title}`;
}

/** Words with the unit of the values that they are of: `LII of the test RMSE (price)`. */
/** Words and what their numbers are of: `RMSE (price)`. */
export function withUnit(words: string, measure: Pick<Measure, "unit">): string {
  return words + inBrackets(measure);
}

/** Whether the first value is better than the second. */
export function isBetter({ direction }: Pick<Measure, "direction">, a: number, b: number): boolean {
  return direction === "up" ? a > b : a < b;
}
