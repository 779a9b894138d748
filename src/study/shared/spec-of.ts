/** From options to the fields that specifications of pruned networks share: presets, and defaults by model. */
import { fail } from "../../base/errors.ts";
import { failNone } from "../../base/registry.ts";
import { broughtDataset, datasetInfo, isRegistered } from "../../dataset/registry.ts";
import { parseDataName, taskOfName } from "../../dataset/source/name.ts";
import { validationCount } from "../../dataset/validation.ts";
import { DEFAULT_SCORES, scoresNamed } from "../../prune/scores.ts";
import { learntName } from "../../task/name.ts";
import { lossOf, taskNamed } from "../../task/registry.ts";
import { defaultRate, optimizerOf } from "../../train/optimizer.ts";
import { scheduleNamed } from "../../train/schedule.ts";
import type { Preset } from "../kind.ts";
import { type Option, refuseUnused, type Values } from "../option.ts";
import { defaultsOf } from "./defaults.ts";
import type { TrainingOptions } from "./options.ts";
import { goesBack } from "./spec.ts";

/**
 * The preset of a name, or the first where a study is never without; of a specification's options a preset of them. Throws
 * `usage` on a name that the study does not have.
 */
export function presetNamed<P extends Preset>(
  presets: readonly P[],
  name: string | Values | undefined,
  { study, always = false }: { study: string; always?: boolean },
): P | undefined {
  if (typeof name === "object") return { ...name, name: "", summary: "", options: name } as unknown as P;
  if (name === undefined) return always ? presets[0] : undefined;
  const names = presets.map((preset) => preset.name);
  return presets.find((preset) => preset.name === name) ?? failNone(name, { where: "preset", names, of: study });
}

/** Options of a study with the defaults of their model. */
export type Complete<O extends TrainingOptions> = O & Pick<Required<TrainingOptions>, "model" | "arms">;

/**
 * Options given over those of a preset over the model's defaults; throws `usage` on one that would do nothing.
 * @param study its options, and the arms that it has where none are chosen
 */
export function complete<O extends TrainingOptions>(
  given: Values,
  named: Values,
  { options, arms }: { options: readonly Option[]; arms: readonly string[] },
): Complete<O> {
  const chosen: Values = { ...named, ...given };
  const { model = "lenet-300-100", optimizer } = chosen as TrainingOptions;
  const all = { arms, ...defaultsOf(model, optimizer === undefined ? {} : { optimizer }), ...chosen, model };
  refuseUnused(options, given, all);
  return all as unknown as Complete<O>;
}

/** The fields that the specifications share; one that is not used is absent. */
export function fieldsOf(options: Complete<TrainingOptions>): Record<string, unknown> {
  const { model, scope = "layer", arms } = options;
  const { data, validation, loss } = learntFrom(options);
  const { outputCutFactor = 1, replicates = 1, seed = 1, ...rest } = options;
  const fields = {
    ...{ model, data, from: startOf(rest.from), validation, trainSize: rest.trainSize, augment: augmentOf(options) },
    ...{
      batch: rest.batch,
      loss,
      optimizer: {
        ...optimizerOf(options.optimizer ?? "adam", { ...options }),
        ...(options.clipNorm !== undefined && { clipNorm: options.clipNorm }),
      },
    },
    ...{ schedule: scheduleOf(options), steps: rest.steps, init: rest.init },
    evaluateEvery: rest.evaluateEvery ?? (validation === 0 ? "1ep" : "100it"),
    ...{ levels: rest.levels ?? 20, cut: rest.cut ?? 0.2, outputCutFactor, scope },
    // A factor of 1 is what an absent one is, and must not make another key.
    shortcutCutFactor: rest.shortcutCutFactor === 1 ? undefined : rest.shortcutCutFactor,
    convCutFactor: scope === "layer" ? rest.convCutFactor : undefined,
    longest: arms.includes("scratch-b") ? rest.longest : undefined,
    unit: rest.unit === "filter" ? "filter" : undefined,
    scores: scoresOf(rest.scores),
    ...{ arms, replicates, seed },
  };
  return defined(fields);
}

/** What a specification keeps of a file: its metadata are no part of it. */
function startOf(from: TrainingOptions["from"]): TrainingOptions["from"] {
  return from && { name: from.name, sha256: from.sha256, ...(from.masked && { masked: true }) };
}

/** The data set with what is learnt of it, the rows held out where their number is known, and the loss. */
function learntFrom({ data: asked = "mnist", validation, loss, ...options }: TrainingOptions) {
  const data = learntName(asked, options);
  const { source, place, modifiers, options: said } = parseDataName(data);
  // How many images classes and halves have is known once they are read.
  const isWhole = modifiers.classes === undefined && modifiers.half === undefined;
  const rows = isWhole && source.prefix === "" && isRegistered(place) ? datasetInfo(place).images.train : undefined;
  // A data set that is brought is known once it is read.
  const isKnown = said.task !== undefined || broughtDataset(place) === undefined;
  const learnt = isKnown ? taskNamed(taskOfName(data)).task : undefined;
  return {
    data,
    validation: rows === undefined ? validation : validationCount(validation, rows),
    loss: learnt ? lossOf(learnt, loss) : loss,
  };
}

/** Where arms go back to. */
export function rewindsOf({ arms, rewind = "0", rewindTo }: Complete<TrainingOptions>): Record<string, unknown> {
  return defined({ rewind, rewindTo: arms.some(goesBack) ? (rewindTo ?? missing(arms)) : undefined });
}

/** The one regime of the learning rate. */
export function rateOf({ lr, optimizer, warmup = "0" }: TrainingOptions): { lr: number; warmup: string } {
  return { lr: lr ?? defaultRate(optimizer ?? "adam"), warmup };
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function missing(arms: Complete<TrainingOptions>["arms"]): never {
  const rule = `arm ${arms.find(goesBack)} needs it: the iteration to go back to`;
  return fail("usage", "rewindTo", { rule, remedy: "Write it like 500it" });
}

/** Magnitude is what absent scores are, and must not make another key. */
function scoresOf(asked: string = DEFAULT_SCORES): string | undefined {
  const { name } = scoresNamed(asked);
  return name === DEFAULT_SCORES ? undefined : name;
}

const isCifar = (data: string) => parseDataName(data).place === "cifar10";

/** Crop and flip are for CIFAR-10, as He et al. 2016 train on it: four pixels of border. */
export function augmentOf({ data = "", augment = isCifar(data) ? "crop-flip" : "none" }: TrainingOptions) {
  return augment === "crop-flip" ? { crop: 4, flip: true } : undefined;
}

/** How the rate moves, as specifications write it; throws `usage` for steps without milestones. */
export function scheduleOf({ schedule: name = "constant", milestones, lrFactor: factor = 0.1 }: TrainingOptions) {
  if (name !== "step") return { name: scheduleNamed(name) };
  const remedy = "Write them like 20000it,25000it";
  return {
    name,
    milestones: milestones ?? fail("usage", "milestones", { rule: "schedule step needs them", remedy }),
    factor,
  };
}
