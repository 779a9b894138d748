/** All steps by name: those that studies share, and those that a study kind brings. */
import { fail } from "../base/errors.ts";
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

const steps = new Map<string, StepDefinition>();

/** Adds a step; throws `usage` where another one has its name. */
export function registerStep(step: StepDefinition): void {
  const before = steps.get(step.name);
  if (before && before !== step) fail("usage", "step", { rule: "two steps must not have one name", got: step.name });
  steps.set(step.name, step);
}

/** The step of a name; throws `usage` where there is none. */
export function stepNamed(name: string): StepDefinition {
  const rule = `must be one of ${[...steps.keys()].join(", ")}`;
  return steps.get(name) ?? fail("usage", "step", { rule, got: name, remedy: "Load the study that brings it" });
}

[initialiseStep, trainStep, trunkStep, pruneStep, randomiseStep, interpolateStep].forEach(registerStep);
[criterionStep, restartStep, scoreStep, givenStep].forEach(registerStep);
