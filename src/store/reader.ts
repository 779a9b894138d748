/** How the files of a store are read, by the version that its mark tells; all are written in the newest. */

import type { CurvePoint } from "../train/curve.ts";
import { type ArtifactCheck, artifactCheck } from "./artifact.ts";
import type { StoredFile } from "./seal.ts";
import { decodeSealed } from "./sealed-json.ts";
import type { RowRecord } from "./store.ts";

/** The files of one version. What is damaged, or another's, throws a `store` error that names the file and `remedy`. */
export interface Reader {
  readonly artifact: ArtifactCheck;
  /** How names of learning curves end. */
  readonly curveExtension: string;
  curve(text: string, file: StoredFile, remedy: string): CurvePoint[];
  rows(text: string, file: StoredFile, remedy: string): RowRecord[];
  /** The JSON of a run, not yet looked into. */
  run(text: string, file: StoredFile, remedy: string): unknown;
}

/** Of the version that is written. */
export const version2: Reader = {
  artifact: artifactCheck,
  curveExtension: ".json",
  curve: (text, file, remedy) => decodeSealed(text, file, remedy) as CurvePoint[],
  rows: (text, file, remedy) => decodeSealed(text, file, remedy) as RowRecord[],
  run: decodeSealed,
};
