/** Pieces that shape rules share: the checks, and their errors. */
import { fail } from "../../base/errors.ts";
import { sameShape, sizeOf, type Type } from "../types.ts";

/** `[300]+lanes` or `[300,784]`: how a type is printed. */
export function showType(type: Type): string {
  return `[${type.shape.join(",")}]${type.lanes ? "+lanes" : ""}`;
}

/** Throws unless the operand carries the batch. */
export function requireLanes(op: string, operand: string, type: Type): void {
  if (!type.lanes) fail("usage", op, { rule: `${operand} must carry the batch`, got: showType(type) });
}

/** Throws unless the operand is images, `[channels, height, width]` with lanes. */
export function requireImages(op: string, operand: string, type: Type): void {
  if (!type.lanes || type.shape.length !== 3)
    fail("usage", op, { rule: `${operand} must be images, [channels, height, width] with lanes`, got: showType(type) });
}

/** Throws unless both operands have one type. */
export function requireSame(op: string, a: Type, b: Type): void {
  if (a.lanes !== b.lanes || !sameShape(a.shape, b.shape))
    fail("usage", op, { rule: "operands must have the same type", got: `${showType(a)} and ${showType(b)}` });
}

/** Throws unless the operand is a tensor without lanes of the given rank. */
export function requireRank(op: string, operand: string, type: Type, rank: number): void {
  if (type.lanes || type.shape.length !== rank)
    fail("usage", op, { rule: `${operand} must be a tensor of rank ${rank} without lanes`, got: showType(type) });
}

/** The shape rule of ops whose result has the type of their first operand, all operands alike. */
export function elementwise(op: string): (inputs: readonly Type[]) => Type {
  return (inputs) => {
    for (const other of inputs.slice(1)) requireSame(op, inputs[0]!, other);
    return inputs[0]!;
  };
}

/** Entries of a type per example. */
export function entries(type: Type): number {
  return sizeOf(type.shape);
}
