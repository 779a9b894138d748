/** What a study asks for: steps with what progress displays call them, and the rows that come of them. */
import { keyOf, type StepInput, type StepRequest } from "../step/request.ts";

/** A step of a plan; what it takes in need not be planned by itself. */
export interface Planned<Place = unknown> {
  readonly request: StepRequest;
  /** What to call it in progress displays. */
  readonly label: string;
  /** Steps that others wait for go first: all but trainings, unless told otherwise. */
  readonly urgent?: boolean;
  /** The places of the rows that it makes; of a step that two arms share, each has one. */
  readonly rows?: readonly Place[];
}

/** Steps one after the other, each after those that it takes in, made as they are asked for. */
export type Plan<Place = unknown, Result = void> = Generator<Planned<Place>, Result>;

/** What finished steps left. */
export interface Artifacts {
  key(input: StepInput): string;
  /** What a step's artifact says of itself. */
  result(input: StepInput): Promise<Readonly<Record<string, unknown>>>;
}

/** A step to carry out: one that was planned, or one that it takes in, which then has no label. */
export type AskedStep<Place = unknown> = Omit<Planned<Place>, "label"> & {
  readonly key: string;
  readonly label?: string;
};

/**
 * All steps of a plan, each after what it takes in. Of steps with one key the first stands, and those that follow where
 * they make rows.
 * @param arithmetic see {@link keyOf}
 */
export function* stepsOfPlan<Place>(
  plan: Iterable<Planned<Place>>,
  arithmetic: string,
): Generator<AskedStep<Place>, void> {
  const seen = new Set<string>();
  for (const planned of plan) yield* stepsFor(planned, seen, arithmetic);
}

/** The steps for a planned one that are not in `seen`, itself last; adds their keys to `seen`. */
export function* stepsFor<Place>(
  planned: Omit<Planned<Place>, "label"> & { readonly label?: string },
  seen: Set<string>,
  arithmetic: string,
): Generator<AskedStep<Place>, void> {
  const key = keyOf(planned.request, arithmetic);
  const isNew = !seen.has(key);
  if (isNew) {
    const { inputs, headStart } = planned.request;
    const before = headStart === undefined ? Object.values(inputs) : [...Object.values(inputs), headStart];
    for (const request of before) if (typeof request !== "string") yield* stepsFor({ request }, seen, arithmetic);
    seen.add(key);
  }
  if (isNew || planned.rows?.length) yield { ...planned, key };
}
