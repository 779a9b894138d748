/** All steps by name: those that studies share, and those that a study kind brings. */
import { addTo, createRegistry } from "../base/registry.ts";
import { criterionStep } from "./criterion.ts";
import type { StepDefinition } from "./definition.ts";
import { givenStep } from "./given.ts";
import { initialiseStep } from "./initialise.ts";
import { interpolateStep } from "./interpolate.ts";
import { pruneStep } from "./prune.ts";
import { randomiseStep } from "./randomise.ts";
import { restartStep } from "./restart.ts";
import { scoreStep } from "./score.ts";
import { trainStep } from "./train.ts";
import { trunkStep } from "./trunk.ts";

const own: readonly StepDefinition[] = [
  ...[initialiseStep, trainStep, trunkStep, pruneStep, randomiseStep, interpolateStep],
  ...[criterionStep, restartStep, scoreStep, givenStep],
];
const steps = createRegistry("step", Object.fromEntries(own.map((step) => [step.name, step])));

/**
 * Adds a step; throws `usage` where another one has its name.
 * @param version of what brings it, such as the SHA-256 of a plug-in; absent: the step's own number says it all
 */
export function registerStep(step: StepDefinition, version?: string): void {
  addTo(steps, step.name, step, version);
}

/** The step of a name; throws `usage` where there is none. */
export function stepNamed(name: string): StepDefinition {
  return steps.get(name).value;
}

/** How keys write a step: its name, of one that a plug-in brings with the SHA-256 of that. Throws as {@link stepNamed}. */
export function stepIdentity(name: string): string {
  return steps.get(name).name;
}
