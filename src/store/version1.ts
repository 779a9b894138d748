/**
 * How the files of version 1 are read: no format numbers, no checksum but the artifact's, which knows no key. All of its
 * studies were of classifiers, so its rows and curves are given the measure that later ones have.
 */

import { createHash } from "node:crypto";
import { fail } from "../base/errors.ts";
import type { CurvePoint } from "../train/curve.ts";
import { hashContents } from "./artifact.ts";
import { fromJson } from "./json.ts";
import type { Reader } from "./reader.ts";
import type { RowRecord } from "./store.ts";

/** Of version 1. */
export const version1: Reader = {
  artifact: {
    meta() {},
    contents({ tombola = "", sha256 }, _, tensors) {
      const sum = hashContents(createHash("sha256"), tombola, tensors).digest("hex");
      if (sha256 !== sum) fail("data", "sha256", { rule: "contents must match" });
    },
  },
  curveExtension: ".jsonl",
  curve(text, { path }, remedy) {
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => measuredPoint(fromJson(line, path, remedy) as CurvePoint));
  },
  rows(text, { path }, remedy) {
    const rows = fromJson(text, path, remedy);
    if (!Array.isArray(rows)) fail("store", path, { rule: "must be a list of rows", remedy });
    return rows.map(measuredRow);
  },
  run: (text, { path }, remedy) => fromJson(text, path, remedy),
};

/** Rows of pairs tell their instability, those of networks the accuracy at the end of training. */
function measuredRow(row: RowRecord): RowRecord {
  if ("copies" in row) {
    const { testError } = (row.recomputedInstability ?? row.instability) as { testError: number };
    const ends = { start: row.startAccuracy ?? null, ends: row.testAccuracy };
    return { ...row, measure: { name: "lii", value: testError }, measures: { lii: testError }, ...ends };
  }
  const { testAccuracy: value, earlyStopStep: step, earlyStopAccuracy } = row;
  const earlyStop = typeof step === "number" ? { step, value: earlyStopAccuracy } : null;
  return { ...row, measure: { name: "accuracy", value }, measures: { accuracy: value }, earlyStop };
}

function measuredPoint(point: CurvePoint): CurvePoint {
  const { validationAccuracy: validation, testAccuracy: test } = point as CurvePoint & {
    validationAccuracy?: number;
    testAccuracy?: number;
  };
  return { ...point, ...(validation !== undefined && { validation }), ...(test !== undefined && { test }) };
}
