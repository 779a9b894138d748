/** Pieces that shape rules share: the checks, and their errors. */
import { fail } from "../../base/errors.ts";
import { carriesBatch, type Layout, sameShape, sizeOf, type Type } from "../types.ts";

/** `[300] vector` or `[300,784]`: how a type is printed. */
export function showType({ shape, layout }: Type): string {
  return `[${shape.join(",")}]${layout === "plain" ? "" : ` ${layout}`}`;
}

/** Throws unless the operand carries the batch. */
export function requireBatch(op: string, operand: string, type: Type): void {
  if (!carriesBatch(type)) fail("usage", op, { rule: `${operand} must carry the batch`, got: showType(type) });
}

/** Throws unless the operand is images, `[channels, height, width]`. */
export function requireImages(op: string, operand: string, type: Type): void {
  if (type.layout !== "image" || type.shape.length !== 3)
    fail("usage", op, { rule: `${operand} must be images, [channels, height, width]`, got: showType(type) });
}

/** Throws unless the operand has a vector, of any shape, for every example. */
export function requireVector(op: string, operand: string, type: Type): void {
  if (type.layout !== "vector")
    fail("usage", op, {
      rule: `${operand} must be a vector for every example`,
      got: showType(type),
      remedy: "Flatten images first",
    });
}

/** Throws unless images are `[channels, height, width]`. */
export function checkLayout(op: string, { shape, layout }: { shape: readonly number[]; layout: Layout }): Type {
  if (layout === "image") requireImages(op, "the result", { shape, layout });
  return { shape, layout };
}

/** Throws unless both operands have one type. */
export function requireSame(op: string, a: Type, b: Type): void {
  if (a.layout !== b.layout || !sameShape(a.shape, b.shape))
    fail("usage", op, { rule: "operands must have the same type", got: `${showType(a)} and ${showType(b)}` });
}

/** Throws unless the operand is a tensor of the given rank without a batch. */
export function requireRank(op: string, operand: string, type: Type, rank: number): void {
  if (carriesBatch(type) || type.shape.length !== rank)
    fail("usage", op, { rule: `${operand} must be a tensor of rank ${rank} without a batch`, got: showType(type) });
}

/** The shape rule of ops whose result has the type of their first operand, all operands alike. */
export function elementwise([first, ...others]: readonly Type[], _: unknown, op: string): Type {
  for (const other of others) requireSame(op, first!, other);
  return first!;
}

/** Entries of a type per example. */
export function entries(type: Type): number {
  return sizeOf(type.shape);
}
