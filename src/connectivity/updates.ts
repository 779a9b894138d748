/** Lengths of and angles between updates, the differences of weights, over trained values. */
import { fail } from "../base/errors.ts";
import { acos } from "../base/exact.ts";
import { type HasParameters, isTrained, type Weights } from "../model/network.ts";

/** From some weights to others; from null is from 0. */
export interface Update {
  readonly from: Weights | null;
  readonly to: Weights;
}

/** How two networks lie to one another, seen from the weights both started from. */
export interface Separation {
  /** L2 distance between the two. */
  readonly distance: number;
  /** Between their updates; NaN where one of them is zero. */
  readonly cosine: number;
  /** The same in degrees, 0 to 180. */
  readonly angle: number;
}

/** The weights of two networks of one model. */
export interface WeightEnds {
  /** Of the one. */
  readonly a: Weights;
  /** Of the other. */
  readonly b: Weights;
}

/**
 * Separation of networks `a` and `b` seen from `origin`, over trained values (running statistics are not). Of sparse
 * networks the origin is the ticket, so that what was pruned is no part of an update.
 * @throws code `data` naming the parameter that one of the networks does not have
 */
export function separation(model: HasParameters, origin: Weights, { a, b }: WeightEnds): Separation {
  const cosine = cosineOf(model, { from: origin, to: a }, { from: origin, to: b });
  return { distance: lengthOf(model, { from: a, to: b }), cosine, angle: degrees(cosine) };
}

/** L2 length of an update. */
export function lengthOf(model: HasParameters, update: Update): number {
  return Math.sqrt(innerProduct(model, update, update));
}

/** Cosine between two updates, -1 to 1; NaN where one of them is zero. */
export function cosineOf(model: HasParameters, p: Update, q: Update): number {
  const lengths = Math.sqrt(innerProduct(model, p, p) * innerProduct(model, q, q));
  const cosine = innerProduct(model, p, q) / lengths;
  return Math.max(-1, Math.min(1, cosine));
}

/** The angle of a cosine, in degrees. */
export function degrees(cosine: number): number {
  return (acos(cosine) * 180) / Math.PI;
}

/** Inner product of two updates, in float64 and in the order of the parameters. */
export function innerProduct({ parameters }: HasParameters, p: Update, q: Update): number {
  return parameters.filter(isTrained).reduce((sum, { name }) => sum + productOf(name, p, q), 0);
}

function productOf(name: string, p: Update, q: Update): number {
  const valuesOf = (weights: Weights | undefined) =>
    weights?.get(name) ?? fail("data", name, { rule: "networks must have every parameter of the model" });
  const values = ({ from, to }: Update) => ({ end: valuesOf(to), start: from ? valuesOf(from) : undefined });
  const [left, right] = [values(p), values(q)];
  let sum = 0;
  for (let i = 0; i < left.end.length; i++) {
    const x = left.end[i]! - (left.start?.[i] ?? 0);
    const y = right.end[i]! - (right.start?.[i] ?? 0);
    sum += x * y;
  }
  return sum;
}
