/** The options of the study `ticket`, and the specification that they make over what the file says. */

import { fail } from "../../base/errors.ts";
import { hashJson } from "../../base/hash.ts";
import { parseIdentity } from "../../dataset/identity.ts";
import { UNREAD } from "../../model/identity.ts";
import type { Initialiser } from "../../model/initialise.ts";
import { type Recipe, recipeIn } from "../../step/recipe.ts";
import { learntName } from "../../task/name.ts";
import { optimizerOf } from "../../train/optimizer.ts";
import { DATA, OF_DATA } from "../data-options.ts";
import { type Option, refuseUnused, type Values } from "../option.ts";
import { defaultsOf } from "../shared/defaults.ts";
import { armsOption, RATE_OPTIONS, REPEAT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { augmentOf, scheduleOf } from "../shared/spec-of.ts";
import { START_OPTIONS } from "../shared/start.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { parseTicketSpec, TICKET_ARMS, type TicketSpec } from "./spec.ts";

/** A ticket's file as the command line gives it in place of its path. */
export interface TicketFile {
  readonly name: string;
  readonly sha256: string;
  readonly masked?: true;
  /** Of the file; they hold the recipe. */
  readonly metadata: Readonly<Record<string, string>>;
}

const AS_IN_FILE = "as in the file";
const isFrom = ({ name }: Option) => name === "from";

export const TICKET_OPTIONS: readonly Option[] = [
  ...START_OPTIONS.filter(isFrom).map(({ fallback: _, ...option }) => ({
    ...option,
    description: "the ticket, as `tombola export RUN --ticket` writes it",
  })),
  ...[DATA, ...OF_DATA, ...TRAINING_OPTIONS, ...RATE_OPTIONS].map((option) => ({ ...option, fallback: AS_IN_FILE })),
  armsOption(TICKET_ARMS, "ticket"),
  ...REPEAT_OPTIONS.map((option) => (option.name === "seed" ? { ...option, fallback: AS_IN_FILE } : option)),
];

/** Options that say how an optimizer goes, beside its rate. */
const OF_OPTIMIZER = ["optimizer", "momentum", "nesterov", "weightDecay", "clipNorm", "epsilon"] as const;
const OF_SCHEDULE = ["schedule", "milestones", "lrFactor"] as const;

/** The file's training with what was asked for instead; throws `usage` on an option that would do nothing. */
export function ticketSpecOf({ from, ...given }: Values): TicketSpec {
  const file = from as TicketFile | undefined;
  if (typeof file !== "object")
    return fail("usage", "from", { rule: "is needed: a file that `tombola export RUN --ticket` wrote" });
  const { metadata, ...start } = file;
  const recipe = recipeIn(metadata, start.name);
  checkTensors(start, recipe);
  const base = fieldsOf(recipe);
  const { optimizer, schedule, model } = base;
  const asked = given as TrainingOptions;
  const all = { ...optimizer, optimizer: optimizer.name, schedule: schedule.name, model, data: base.data, ...given };
  refuseUnused(TICKET_OPTIONS, given, all);
  const { params, trained, arithmetic } = recipe;
  const own = { ...start, training: hashJson(params), trained, arithmetic };
  return parseTicketSpec({ ...base, ...changesOf(asked, base), study: "ticket", from: own });
}

/** Tensors that are other than those of the recipe, or in other places, are another ticket. */
function checkTensors({ name, sha256 }: Pick<TicketFile, "name" | "sha256">, { start }: Recipe): void {
  if (sha256 === UNREAD || sha256 === start) return;
  const rule = `its tensors must be those that its recipe is of, with the SHA-256 ${start}`;
  fail("data", name, { rule, got: sha256, remedy: "Get the file again, or train it by `tombola run imp --from FILE`" });
}

type Fields = Omit<TicketSpec, "study" | "from">;

const length = (iterations: number) => (iterations === 0 ? "0" : `${iterations}it`);

/** What the file says, with lengths as text. */
function fieldsOf({ params, init }: Recipe): Fields {
  const { schedule, from, to, draw, replicate, evaluateEvery, ...rest } = params;
  const { shape, rate: lr, warmup } = schedule;
  const { end: _, ...own } = { end: 0, ...shape };
  const written = "milestones" in shape ? { ...own, milestones: shape.milestones.map(length) } : own;
  return {
    ...rest,
    ...{ lr, warmup: length(warmup), schedule: written as Fields["schedule"] },
    ...{ rewind: length(from), steps: length(to), evaluateEvery: length(evaluateEvery) },
    ...{ replicate, level: draw, replicates: 1, arms: ["ticket"] },
    init: (init ?? defaultsOf(rest.model, {}).init) as Initialiser,
  };
}

/** What is asked for in place of what the file says. */
function changesOf(asked: TrainingOptions, base: Fields): Partial<Record<keyof Fields, unknown>> {
  const { data, validation, trainSize, augment, batch, loss, lr, warmup, steps, evaluateEvery, init } = asked;
  const { arms, replicates, seed } = asked;
  const plain = { validation, trainSize, batch, loss, lr, warmup, steps, evaluateEvery, init, arms, replicates, seed };
  const isAsked = (names: readonly (keyof TrainingOptions)[]) => names.some((name) => asked[name] !== undefined);
  const changes = Object.entries({
    ...plain,
    optimizer: isAsked(OF_OPTIMIZER) ? optimizerFor(asked, base) : undefined,
    schedule: isAsked(OF_SCHEDULE) ? scheduleFor(asked, base) : undefined,
    augment: augment && augmentOf({ augment }),
    data: isAsked(["data", "target", "task", "test", "mean", "std"]) ? learntName(data ?? base.data, asked) : undefined,
  }).filter(([, value]) => value !== undefined);
  if (augment === "none") changes.push(["augment", undefined]);
  if (data === undefined && parseIdentity(base.data))
    fail("usage", "data", { rule: `is needed: where the ticket's own data lie, ${base.data}, or others` });
  return Object.fromEntries(changes);
}

function optimizerFor(asked: TrainingOptions, { optimizer }: Fields): unknown {
  const { optimizer: name = optimizer.name, clipNorm } = asked;
  const own = name === optimizer.name ? optimizer : {};
  const made = optimizerOf(name, { ...own, ...asked });
  return { ...own, ...made, ...(clipNorm !== undefined && { clipNorm }) };
}

function scheduleFor(asked: TrainingOptions, { schedule }: Fields): unknown {
  const own = schedule.name === "step" && "milestones" in schedule ? schedule : undefined;
  const { schedule: name = schedule.name, milestones = own?.milestones, lrFactor = own?.factor } = asked;
  return scheduleOf({
    schedule: name,
    ...(milestones && { milestones }),
    ...(lrFactor !== undefined && { lrFactor }),
  });
}
