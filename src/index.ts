/**
 * Tombola as a library: data sets, models, engines, training, pruning and studies.
 *
 * ```js
 * import { createEngine, initialise, loadDataset, parseModel, splitTrain, trainNetwork } from "tombola-lab";
 * ```
 * @module
 */

import { addPretraining } from "./pretrain/tasks.ts";
import { addSequenceModels } from "./sequence/families.ts";
import { registerTextTasks } from "./task/text/tasks.ts";

export { type CarryOut, carryOut, type StudyEvents } from "./app/carry-out.ts";
export { type Candidate, type FindOptions, type FoundNetwork, findNetwork } from "./app/found-model.ts";
export { type PlannedNetwork, type PlanOptions, planStudy, type StudyPlan } from "./app/plan.ts";
export {
  type DrawOptions,
  drawRun,
  type FigureFormat,
  type FigureTarget,
  reportOf,
  type StoredRun,
  writeFigures,
  writeResults,
} from "./app/results.ts";
export type { RunEvents } from "./app/run.ts";
export { type FinishedStudy, type RunStudyOptions, runPruning, runStudy } from "./app/run-study.ts";
export { resultTable } from "./app/runs.ts";
export { type ErrorCode, TombolaError } from "./base/errors.ts";
export { formatLength, type Length, parseLength, resolveLength } from "./base/length.ts";
export { type Random, randomStream, type Stream, type StreamKey } from "./base/random.ts";
export type { NetworkEnds } from "./connectivity/activation-matching.ts";
export { type Alignment, type AlignOptions, align } from "./connectivity/align.ts";
export { floor, floorOf, type Instability, instability, instabilityOf } from "./connectivity/instability.ts";
export {
  blend,
  evenAlphas,
  gapsOf,
  type Path,
  type PathOptions,
  type PathScores,
  scorePath,
} from "./connectivity/path.ts";
export {
  type Permutations,
  permutationGroups,
  permute,
} from "./connectivity/permutations.ts";
export { type Corners, type Plane, type PlaneOptions, type PlanePoint, scorePlane } from "./connectivity/plane.ts";
export type { ByScore, ScoreName, ScorerOptions } from "./connectivity/scorer.ts";
export { type Trajectory, trajectory } from "./connectivity/trajectory.ts";
export { type Separation, separation, type WeightEnds } from "./connectivity/updates.ts";
export { type BatchOptions, createBatches, iterationsPerEpoch, type OrderKey } from "./dataset/batches.ts";
export { checkDataset } from "./dataset/check.ts";
export type { Dataset, DatasetDescription, Standardised, Target } from "./dataset/dataset.ts";
export { type DatasetOptions, type DatasetPart, datasetOf } from "./dataset/define.ts";
export {
  createLengthBatches,
  type LengthBatch,
  type LengthBatches,
  type LengthBatchOptions,
} from "./dataset/length-batches.ts";
export { describeDataset, type LoadOptions, loadDataset } from "./dataset/load.ts";
export { splitTrain, type TrainSplit } from "./dataset/split.ts";
export { standardise } from "./dataset/standardisation.ts";
export type { Column, Table } from "./dataset/table.ts";
export {
  EVALUATION,
  type MaskedRow,
  type Masking,
  type MaskingKey,
  maskRow,
  maskTable,
  type RowMaskingKey,
} from "./dataset/text/corpus/masking.ts";
export {
  blockTables,
  type Corpus,
  loadCorpus,
  type WordOptions,
  type WordStreams,
  wordStreams,
} from "./dataset/text/load/corpus.ts";
export { answersOf, loadSquad, type Squad, type SquadOptions, type SquadPart } from "./dataset/text/load/squad.ts";
export { type LoadedTokenizer, loadTokenizer } from "./dataset/text/load/tokenizer.ts";
export type { SpanLogits } from "./dataset/text/squad/answer.ts";
export type { Answer, Question } from "./dataset/text/squad/read.ts";
export type { Window, WindowOptions } from "./dataset/text/squad/windows.ts";
export { type Sequence, sequenceOf } from "./dataset/text/tokenizer/sequence.ts";
export type { Pieces, Tokenizer } from "./dataset/text/tokenizer/tokenizer.ts";
export { createEngine, ENGINE_NAMES, type EngineOptions } from "./engine/choose.ts";
export {
  type Engine,
  type HostEngine,
  type HostInstance,
  type Instance,
  type Later,
  readParameter,
  writeParameter,
} from "./engine/engine.ts";
export type { AbsentFigure, Figure } from "./figure/figure.ts";
export { candidatesFor } from "./foreign/candidates.ts";
export { networkIn } from "./foreign/fit.ts";
export { openWeights, type WeightsFile } from "./foreign/open.ts";
export type { ForeignTensor, ForeignTensors } from "./foreign/tensor.ts";
export { type DifferentiateOptions, differentiate } from "./graph/differentiate.ts";
export { createGraph, type Graph, type GraphBuilder } from "./graph/graph.ts";
export { printGraph } from "./graph/print.ts";
export type { Builder, Node } from "./graph/types.ts";
export type { ChannelAxis, ChannelGroup } from "./model/channel-groups.ts";
export { type Computation, computeWeights, type Product } from "./model/computed.ts";
export { freeze } from "./model/freeze.ts";
export { INITIALISERS, type InitialisationKey, type Initialiser, initialise } from "./model/initialise.ts";
export type {
  BatchNormOptions,
  ConvolutionOptions,
  Extent,
  Layers,
  LinearOptions,
  PaddingOptions,
  PoolingOptions,
} from "./model/layers.ts";
export { type MlpOptions, mlp } from "./model/mlp.ts";
export { defineModel, type Heads, type Model, type ModelDefinition } from "./model/model.ts";
export {
  countParameters,
  countWeights,
  type HasParameters,
  type Mask,
  type Parameter,
  type Weights,
} from "./model/network.ts";
export { type LayerSizes, type ModelContext, parseModel } from "./model/registry.ts";
export { type ApplyOptions, createScope, type Scope } from "./model/scope.ts";
export { type Network, networkFromSafetensors, networkToSafetensors } from "./model/tensors.ts";
export type { BroughtFamily, ModelBuild, PluginExports } from "./plugin/bring.ts";
export type { PluginIdentity } from "./plugin/identity.ts";
export { loadPlugins, type Plugin, type PluginPlace, plugins } from "./plugin/load.ts";
export { loadBert } from "./plugin/load-bert.ts";
export { type Named, named, type StudyValues } from "./plugin/values.ts";
export { type CompileOptions as ProgramOptions, compile, type SectionSource } from "./program/compile.ts";
export { printProgram } from "./program/print.ts";
export type { Program } from "./program/program.ts";
export { ACTIONS, type ActionName, type ActionOptions, startOf } from "./prune/actions.ts";
export { type Census, census, vanishedLayers } from "./prune/census.ts";
export { CRITERIA, type Criterion, type CriterionOptions, criterionMask, type Trained } from "./prune/criteria.ts";
export { maskOfScores } from "./prune/edge-popup.ts";
export { type MaskKey, randomMask, shuffleMask } from "./prune/masks.ts";
export { type Cut, fullMask, magnitude, type PruneOptions, prune, type Scores } from "./prune/prune.ts";
export type { ScoredNetwork, ScoreFunction } from "./prune/scores.ts";
export { createPool, type PoolOptions } from "./runner/pool.ts";
export { type BertHead, type BertOptions, bert } from "./sequence/bert.ts";
export { type LstmOptions, lstm } from "./sequence/lstm.ts";
export { maskedLanguage } from "./sequence/masked-language.ts";
export { answers, language, span, tokenCrossEntropy } from "./sequence/tasks.ts";
export { type Equivalence, equivalence, type Margin } from "./statistics/equivalence.ts";
export { holm } from "./statistics/holm.ts";
export { type Interval, type IntervalOptions, interval, type Range } from "./statistics/interval.ts";
export { allLevels, bestLevel, type Levels, meanOverLevels } from "./statistics/levels.ts";
export { type Proportion, proportion } from "./statistics/proportion.ts";
export { logRatios, type Ratio, ratio } from "./statistics/ratio.ts";
export type { DrawKey } from "./statistics/sample.ts";
export { type FlipOptions, type LevelFlip, type Side, type SignFlip, signFlip } from "./statistics/sign-flip.ts";
export { type Adjusted, type Claim, type Verdict, verdictOf, verdictsOf } from "./statistics/verdict.ts";
export type { DrawParams, StepContext, StepDefinition, StepInputs, StepOutput } from "./step/definition.ts";
export type { ExecuteOptions } from "./step/execute.ts";
export { registerStep, stepNamed } from "./step/registry.ts";
export { keyOf, request, type StepInput, type StepRequest } from "./step/request.ts";
export { createInlineRunner, type Runner } from "./step/runner.ts";
export { createMemoryStore } from "./store/memory.ts";
export { type OpenOptions, openStore } from "./store/open.ts";
export type { Run, Store } from "./store/store.ts";
export { type AttentionErrors, type AttentionOptions, attentionErrors } from "./strong/attention.ts";
export {
  CONSTRUCTIONS,
  type CompiledNetwork,
  type CompileOptions,
  type Construction,
  compileTarget,
  type StrongArm,
  unitsFor,
  widthsOf,
} from "./strong/compile.ts";
export type { Precision } from "./strong/gadget.ts";
export { networkOfLayers, targetOf } from "./strong/network.ts";
export { forwardOf, type SparseLayer } from "./strong/sparse.ts";
export { createSubsetSolver, type Subset, type SubsetSolver } from "./strong/subset-sum.ts";
export { type BoundOptions, errorBound, type LayerError, type TargetLayer } from "./strong/target.ts";
export { runTrials, type TrialsOptions, type TrialsResult } from "./strong/trials.ts";
export { type DefinedSpec, defineStudy, type StudyDefaults, type StudyDefinition } from "./study/define.ts";
export type { Column as ResultColumn, FigureKind, StudyKind, StudyReport, StudyRow, StudySpec } from "./study/kind.ts";
export { ARMS, type Arm, type Row } from "./study/networks/row.ts";
export {
  integer,
  listOf,
  type NumberRule,
  number,
  type Option,
  oneOf,
  type Reader,
  steps,
  text,
} from "./study/option.ts";
export type { Artifacts, Plan, Planned } from "./study/plan.ts";
export { registerStudy, studyKinds, studyNamed } from "./study/registry.ts";
export { type PruningSpec, parsePruningSpec } from "./study/shared/spec.ts";
export { classification } from "./task/classification.ts";
export { multiLabel } from "./task/multi-label.ts";
export { regression } from "./task/regression.ts";
export type { LossName, Measure, Measured, Objective, Pass, Scores as TaskScores, Tally, Task } from "./task/task.ts";
export { pearson, spearman } from "./task/text/correlation.ts";
export {
  ANSWERS,
  answerMeasures,
  constantAnswers,
  LANGUAGE,
  languageMeasures,
  MASKED_LANGUAGE,
  type MaskedSums,
  maskedMeasures,
  type TokenSums,
} from "./task/text/measures.ts";
export { type AnswerScore, scoreAnswer } from "./task/text/squad-score.ts";
export type { CurvePoint } from "./train/curve.ts";
export { Diverged } from "./train/diverged.ts";
export { type EdgePopup, edgePopup, firstScores, keptOf } from "./train/edge-popup.ts";
export { allIndices, evaluate, type Score, type Scored } from "./train/evaluate.ts";
export { compileExperiment, type ExperimentOptions } from "./train/experiment.ts";
export { createFeed, type Feed, type FeedSources, trainingFeed } from "./train/feed.ts";
export { type FixedWeights, fixedWeights } from "./train/fixed-weights.ts";
export { type LiveEnd, type LiveOptions, type LivePause, type LiveTraining, trainLive } from "./train/live.ts";
export {
  rewind,
  type ScoreOptions,
  scoreNetwork,
  type TrainedNetwork,
  type TrainNetworkOptions,
  trainNetwork,
} from "./train/network.ts";
export type { Fitted } from "./train/open.ts";
export {
  type AdamOptions,
  OPTIMIZERS,
  type OptimizerDefinition,
  type OptimizerOptions,
  type OptimizerSettings,
  optimizerOf,
  type SgdOptions,
} from "./train/optimizer.ts";
export type { ParameterGroup } from "./train/parameter-group.ts";
export { rateAt, type Schedule, type ScheduleFunction, type ScheduleShape } from "./train/schedule.ts";
export type { TrainState } from "./train/state.ts";
export { recomputeStatistics, type StatisticsOptions } from "./train/statistics.ts";
export {
  LOGIT,
  maskedNetwork,
  type SampleKey,
  type Supermask,
  sampledMask,
  supermask,
  thresholdMask,
} from "./train/supermask.ts";
export { type Pause, train } from "./train/train.ts";
export type { Training } from "./train/training.ts";

// A page that never reads texts does not load their tasks; here a data set may name one.
registerTextTasks();
addSequenceModels();
addPretraining();
