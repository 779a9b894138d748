/** What a store offers: artifacts by key, partial states of interrupted training, and runs. No file system here. */

import { hashJson } from "../base/hash.ts";
import type { Tensor } from "../base/safetensors.ts";
import type { Measure } from "../task/task.ts";
import type { CurvePoint } from "../train/curve.ts";

/** What determines an artifact: equal identities have equal keys and, steps being pure, equal contents. */
export interface StepIdentity {
  readonly step: string;
  /** Raised whenever the same parameters begin to give another result. */
  readonly version: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** Keys of the artifacts that went in, by the part they play. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The class of the engine's arithmetic, of steps whose result depends on it; absent of the others. */
  readonly arithmetic?: string;
}

/** The JSON of an artifact: where it comes from and the small results of its step, such as accuracies and layer counts. */
export interface ArtifactMeta extends StepIdentity {
  readonly result: Readonly<Record<string, unknown>>;
  /** Engine, versions, CPU and threads that it was made with; no part of the identity. */
  readonly made?: Readonly<Record<string, unknown>>;
}

/** The output of a step: weights under their own names, masks as U8 under `mask/NAME`. */
export interface Artifact {
  readonly meta: ArtifactMeta;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The key of a step's output: 64 hexadecimal digits. */
export function artifactKey({ step, version, params, inputs, arithmetic }: StepIdentity): string {
  // What is undefined does not count.
  return hashJson({ step, version, params, inputs, arithmetic });
}

/**
 * Artifacts by key, each complete or absent at any instant. Files that are damaged, of another key or out of reach are
 * `store` errors that name the file.
 */
export interface ArtifactStore {
  has(key: string): Promise<boolean>;
  /** Tensors and meta, checked against their checksum; `store` error for an unknown key. */
  read(key: string): Promise<Artifact>;
  /** The meta alone, checked against a checksum of its own, without reading the tensors. */
  readMeta(key: string): Promise<ArtifactMeta>;
  /** The learning curve, empty where none was written. */
  readMetrics(key: string): Promise<CurvePoint[]>;
  /** Stores an artifact, and its learning curve before it. */
  write(key: string, artifact: Artifact, metrics?: readonly CurvePoint[]): Promise<void>;
  /** The one key that begins with `prefix`, of 4 hexadecimal digits or more; `store` error for none and for several. */
  findByPrefix(prefix: string): Promise<string>;
  /** The state that an unfinished step left last; null if there is none, and with a note if it is unusable. */
  readPartial(key: string): Promise<Uint8Array | null>;
  writePartial(key: string, bytes: Uint8Array): Promise<void>;
  removePartial(key: string): Promise<void>;
  /** Takes the lease on a step, of the processes that share the store one at a time; or says who holds it. */
  lease(key: string): Promise<Lease | { readonly heldBy: string }>;
}

/** The right to carry out a step, until it is given back or the process that holds it ends. */
export interface Lease {
  release(): Promise<void>;
}

/** How a run stands; one whose process died is `interrupted`. */
export type RunStatus = "running" | "complete" | "interrupted";

/** One start of a run's command. */
export interface RunSession {
  readonly command: string;
  /** Versions, CPU, engine, threads. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly started: string;
  readonly host: string;
  readonly pid: number;
}

/** A task as its runs keep it. */
export interface RunTask {
  readonly name: string;
  readonly measures: readonly [Measure, ...Measure[]];
}

/** A plug-in that a run is made of; nothing loads it but a command line that names it. */
export interface RunPlugin {
  /** Its file's name, without folders. */
  readonly name: string;
  readonly sha256: string;
}

/** What the images of a data set were normalised by, per channel: bytes scaled to 0..1, or floats as they are. */
export interface RunConstants {
  /** The data set's identity. */
  readonly data: string;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly pixels?: "floats";
}

/** What the outputs of a data set's networks are called: its classes, labels or numbers. */
export interface RunNames {
  /** The data set's identity. */
  readonly data: string;
  readonly names: readonly string[];
}

/** A study carried out with one spec; continuing it adds a session. */
export interface Run {
  /** `<study>-<first 10 hexadecimal digits of the hash of the spec, and of the plug-ins where there are any>`. */
  readonly id: string;
  readonly study: string;
  /** With every default filled in. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What was learnt and is measured; absent of runs from before there were tasks, which are of classification. */
  readonly task?: RunTask;
  /** Absent for none. */
  readonly plugins?: readonly RunPlugin[];
  /** Of its data sets of images; absent of runs from before it was kept. */
  readonly normalised?: readonly RunConstants[];
  /** Of its data sets whose outputs have names; absent for none, and of runs from before they were kept. */
  readonly outputNames?: readonly RunNames[];
  readonly status: RunStatus;
  /** How many steps were not carried out, since what they take in diverged; absent for none. */
  readonly leftOut?: number;
  /** When the status changed last, ISO 8601. */
  readonly updated: string;
  readonly sessions: readonly RunSession[];
}

/** What a run begins with. */
export interface RunRequest
  extends Pick<Run, "study" | "spec" | "task" | "plugins" | "normalised" | "outputNames">,
    Pick<RunSession, "command" | "environment"> {}

/** A row of a study's result table, as plain JSON. */
export type RowRecord = Readonly<Record<string, unknown>>;

/** What people call a run and write beside it: no part of its specification or id. */
export interface RunNote {
  readonly name?: string;
  /** Words to find it by, each once. */
  readonly tags: readonly string[];
  readonly note?: string;
}

/** One run of a sweep. */
export interface SweepCell {
  /** Its values of the options that are swept. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The run's id. */
  readonly run: string;
}

/** Runs that one command asked for, which differ in some options. */
export interface Sweep {
  /** `sweep-<first 10 hexadecimal digits of the hash of the rest>`. */
  readonly id: string;
  readonly study: string;
  /** The values of every swept option, by field. */
  readonly swept: Readonly<Record<string, readonly unknown[]>>;
  readonly cells: readonly SweepCell[];
}

/** Sweeps by id; errors as those of {@link ArtifactStore}. */
export interface SweepStore {
  /** Notes a sweep, or finds the one that it is. */
  createSweep(sweep: Omit<Sweep, "id">): Promise<Sweep>;
  /** By its whole id. */
  readSweep(id: string): Promise<Sweep>;
  /** All sweeps, by id. */
  listSweeps(): Promise<Sweep[]>;
  /** Removes the list of a sweep, and none of its runs. */
  removeSweep(id: string): Promise<void>;
}

/** Runs by id; errors as those of {@link ArtifactStore}. */
export interface RunStore {
  /** Begins the run of a spec, or continues it where it exists. */
  createRun(request: RunRequest): Promise<Run>;
  setRunStatus(id: string, status: RunStatus, leftOut?: number): Promise<Run>;
  /** Replaces the table of the rows finished so far. */
  writeRows(id: string, rows: readonly object[]): Promise<void>;
  /** Empty before the first row is finished. */
  readRows(id: string): Promise<RowRecord[]>;
  /** Notes keys of artifacts that a run asks for, each once. */
  appendKeys(id: string, keys: readonly string[]): Promise<void>;
  /** Every key that the run has asked for, in the order of asking. */
  readKeys(id: string): Promise<string[]>;
  /** All runs, the one begun last first. */
  listRuns(): Promise<Run[]>;
  /** By id, or by the one beginning of an id or of its hash; `store` error for none and for several. */
  readRun(idOrPrefix: string): Promise<Run>;
  /** What people wrote beside a run; nothing where nobody did. */
  readNote(id: string): Promise<RunNote>;
  /** Replaces what is written beside a run. */
  writeNote(id: string, note: RunNote): Promise<void>;
  /** Removes a run's folder at once: rows, keys, figures and report; no artifact. */
  removeRun(id: string): Promise<void>;
}

/** A store on the file system. */
export interface Store extends ArtifactStore, RunStore, SweepStore {
  /** Its folder. */
  readonly dir: string;
  /** Of its format; one that is not the newest can only be read. */
  readonly version: number;
}
