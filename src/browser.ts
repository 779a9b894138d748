/**
 * Tombola in a page: what trains, prunes and scores, without any of Node's modules.
 *
 * ```js
 * import { datasetFromFiles, openWasm, parseModel, trainLive } from "tombola-lab/browser";
 * ```
 * Modules of the engine are the package's `tombola-lab/wasm/*`. docs/browser.md says how a page is made of it.
 * @module
 */

export { type ErrorCode, TombolaError } from "./base/errors.ts";
export { hashJson, sha256Hex } from "./base/hash.ts";
export { checkDataset } from "./dataset/check.ts";
export { classes, type Dataset, type DatasetDescription, type Statistics, type Target } from "./dataset/dataset.ts";
export { type DatasetFilesOptions, datasetFromFiles, filesIn, type ReadDataFile } from "./dataset/from-files.ts";
export { splitTrain, type Trained, type TrainSplit, trainedImages } from "./dataset/split.ts";
export { channelStatistics } from "./dataset/statistics.ts";
export { type SyntheticOptions, syntheticDataset } from "./dataset/synthetic.ts";
export {
  type Column,
  type ColumnData,
  columnOf,
  firstRows,
  imageTable,
  sharedBytes,
  type Table,
} from "./dataset/table.ts";
export type { Arithmetic } from "./engine/arithmetic.ts";
export type { Engine, Instance, Later } from "./engine/engine.ts";
export { openWasm, type WasmSources, type WasmUrls, wasmIn } from "./engine/wasm/urls.ts";
export { type ConvOptions, conv } from "./model/conv.ts";
export { INITIALISERS, type Initialiser, initialise } from "./model/initialise.ts";
export type {
  BatchNormOptions,
  ConvolutionOptions,
  Extent,
  Layers,
  LinearOptions,
  PaddingOptions,
  PoolingOptions,
} from "./model/layers.ts";
export { mlp } from "./model/mlp.ts";
export { defineModel, type Heads, type Model, type ModelDefinition } from "./model/model.ts";
export { countParameters, countWeights, type Mask, type Parameter, type Weights } from "./model/network.ts";
export { type ModelContext, modelNames, parseModel } from "./model/registry.ts";
export { type Network, networkFromSafetensors, networkToSafetensors } from "./model/tensors.ts";
export { type Census, census, vanishedLayers } from "./prune/census.ts";
export { type MaskKey, randomMask, shuffleMask } from "./prune/masks.ts";
export { type Cut, fullMask, magnitude, prune, type Scores } from "./prune/prune.ts";
export type { Pool, PoolEvents } from "./runner/queue.ts";
export { createWorkerRunner, type WebWorker, type WorkerRunnerOptions } from "./runner/web.ts";
export { serveWorker, type WorkerScope } from "./runner/web-worker.ts";
export type { Progress } from "./step/execute.ts";
export { initialiseStep } from "./step/initialise.ts";
export { maskOf, networkOf } from "./step/networks.ts";
export { pruneStep } from "./step/prune.ts";
export { registerStep } from "./step/registry.ts";
export { keyOf, request, type StepInput, type StepRequest } from "./step/request.ts";
export { createInlineRunner, type Runner, type RunOptions } from "./step/runner.ts";
export { type TrainParams, type TrainResult, trainStep } from "./step/train.ts";
export { createMemoryStore } from "./store/memory.ts";
export type { Artifact, ArtifactStore } from "./store/store.ts";
export type { CurvePoint } from "./train/curve.ts";
export { Diverged } from "./train/diverged.ts";
export { allIndices, evaluate, type Score } from "./train/evaluate.ts";
export { type LiveEnd, type LiveOptions, type LivePause, type LiveTraining, trainLive } from "./train/live.ts";
export {
  rewind,
  type ScoreOptions,
  scoreNetwork,
  type TrainedNetwork,
  type TrainNetworkOptions,
  trainNetwork,
} from "./train/network.ts";
export {
  type AdamOptions,
  type OptimizerOptions,
  optimizerNames,
  optimizerOf,
  type SgdOptions,
} from "./train/optimizer.ts";
export type { ParameterGroup } from "./train/parameter-group.ts";
export { rateAt, type Schedule } from "./train/schedule.ts";
export { decodeState, encodeState, type TrainState } from "./train/state.ts";
export type { Training } from "./train/training.ts";
