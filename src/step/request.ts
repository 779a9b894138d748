/** Requests: which step, with which parameters, on the results of which others. Their keys need nothing to have run. */
import { artifactKey, type StepIdentity } from "../store/store.ts";
import { dependsOnArithmetic, type StepDefinition, versionOf } from "./definition.ts";
import { stepIdentity, stepNamed } from "./registry.ts";

/** What goes into a step: the result of another, or the artifact of a key, which must be in the store. */
export type StepInput = StepRequest | string;

/** A step to carry out. Without nested requests it is plain JSON that any machine with the store can carry out. */
export interface StepRequest {
  readonly step: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, StepInput>>;
  /** What spares part of the work; it changes no bit of the result, and so is no part of its key. */
  readonly headStart?: StepInput;
}

/**
 * A request for a step whose definition is at hand, its parameters checked by the compiler. Throws nothing: a step that is not
 * registered is refused where the request is hashed or run.
 */
export function request<P extends object>(
  { name }: StepDefinition<P>,
  params: P,
  inputs: StepRequest["inputs"] = {},
): StepRequest {
  return { step: name, params: { ...params } as StepRequest["params"], inputs };
}

/**
 * The full identity of a request, whose hash is the artifact's key; throws `usage` for a step that is not registered.
 * @param arithmetic the engine's class of arithmetic, part of the identity of steps whose result depends on it
 */
export function identify({ step, params, inputs }: StepRequest, arithmetic: string): StepIdentity {
  const definition = stepNamed(step);
  const version = versionOf(definition, params);
  const keys = Object.entries(inputs).map(([part, input]) => [part, keyOf(input, arithmetic)]);
  const identity = { step: stepIdentity(step), version, params: { ...params }, inputs: Object.fromEntries(keys) };
  return dependsOnArithmetic(definition, params) ? { ...identity, arithmetic } : identity;
}

/** Chains share their beginnings: each request is hashed once. */
const known = new WeakMap<StepRequest, Map<string, string>>();

/** The key of an input's artifact; throws `usage` for a step that is not registered. */
export function keyOf(input: StepInput, arithmetic: string): string {
  if (typeof input === "string") return input;
  const keys = known.get(input) ?? new Map<string, string>();
  known.set(input, keys);
  const key = keys.get(arithmetic) ?? artifactKey(identify(input, arithmetic));
  keys.set(arithmetic, key);
  return key;
}

/** The request with the keys of its inputs in their place, as it is sent elsewhere. */
export function flatten({ step, params, inputs, headStart }: StepRequest, arithmetic: string): StepRequest {
  const keys = Object.entries(inputs).map(([part, input]) => [part, keyOf(input, arithmetic)]);
  const flat = { step, params, inputs: Object.fromEntries(keys) };
  return headStart === undefined ? flat : { ...flat, headStart: keyOf(headStart, arithmetic) };
}
