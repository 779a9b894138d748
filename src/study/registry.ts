/** All kinds of study by name: those of this package, and those that are added. */
import { fail } from "../base/errors.ts";
import { addTo, createRegistry, type Entry } from "../base/registry.ts";
import { registerStep } from "../step/registry.ts";
import { figure2, figure3, instability } from "./connectivity/kind.ts";
import { edgePopup } from "./edge-popup/kind.ts";
import type { StudyKind } from "./kind.ts";
import { lstmTickets } from "./lstm-tickets/kind.ts";
import { methods } from "./methods/kind.ts";
import { figure1, forgetting, scratch } from "./panels/kind.ts";
import { pretrainingTickets } from "./pretraining/kind.ts";
import { imp, oneshot } from "./pruning/kind.ts";
import { strong } from "./strong/kind.ts";
import { supermask } from "./supermask/kind.ts";
import { ticket } from "./ticket/kind.ts";
import { oddTargets, transfer } from "./transfer/configured/kind.ts";
import { bertTickets, transferMatrix } from "./transfer/kind.ts";

const kinds = createRegistry<StudyKind>("study", {});

/** Of studies and so of runs: safe as a folder's name. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;

/**
 * Adds a kind of study and its steps; throws `usage` where another study or step has its name.
 * @param version of what brings it, such as the SHA-256 of a plug-in, which is part of the identity of its runs and steps
 */
export function registerStudy(kind: StudyKind, version?: string): void {
  const { name, steps = [] } = kind;
  if (!NAME.test(name)) {
    fail("usage", "study", { rule: "name must be of lower-case letters, digits and hyphens", got: name });
  }
  const before = findStudy(name);
  if (before && before !== kind) fail("usage", "study", { rule: "two studies must not have one name", got: name });
  for (const step of steps) registerStep(step, version);
  addTo(kinds, name, kind, version);
}

/** All kinds, in the order that help has. */
export function studyKinds(): readonly StudyKind[] {
  return kinds.entries().map(({ value }) => value);
}

/** The kind of a name, or undefined where no study of this name is registered. */
export function findStudy(name: string): StudyKind | undefined {
  return kinds.find(name)?.value;
}

/** The kind of a name; throws `usage` where there is none. */
export function studyNamed(name: string): StudyKind {
  return kinds.get(name).value;
}

/** How a study is registered, with the version of what brought it. */
export function studyEntry(name: string): Entry<StudyKind> | undefined {
  return kinds.find(name);
}

for (const kind of [
  imp,
  oneshot,
  figure1,
  forgetting,
  scratch,
  instability,
  figure2,
  figure3,
  methods,
  supermask,
  edgePopup,
  strong,
  bertTickets,
  transferMatrix,
  transfer,
  oddTargets,
  lstmTickets,
  ticket,
  pretrainingTickets,
])
  registerStudy(kind);
