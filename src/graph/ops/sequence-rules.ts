/** Pieces that the shape rules of sequences share. */
import { fail } from "../../base/errors.ts";
import type { Type } from "../types.ts";
import { requireImages, requireVector, showType } from "./rules.ts";

/** Throws unless the operand is a sequence. */
export function requireSequence(op: string, operand: string, type: Type): void {
  requireImages(op, operand, type);
  if (type.shape[2] !== 1)
    fail("usage", op, { rule: `${operand} must be a sequence, [features, time, 1]`, got: showType(type) });
}

/** A sequence of so many features. */
export const sequence = (features: number, time: number): Type => ({ shape: [features, time, 1], layout: "image" });

/** One number for every position. */
export const perPosition = (time: number): Type => ({ shape: [time], layout: "vector" });

/** One number for every feature. */
export const perFeature = ({ shape }: Type): Type => ({ shape: [shape[0]!], layout: "plain" });

/** Throws unless there is one token, label or place for every position. */
export function requireTokens(op: string, operand: string, type: Type): void {
  requireVector(op, operand, type);
  if (type.shape.length !== 1) fail("usage", op, { rule: `${operand} must be [time] vector`, got: showType(type) });
}
