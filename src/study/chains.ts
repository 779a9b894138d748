/**
 * Arms with masks of their own, each a chain of levels: train, prune the lowest magnitudes, go on from somewhere, repeat.
 *
 * `ticket` puts the survivors back to the rewind point (Frankle & Carbin 2019), `rewound` to iteration `rewindTo`, from
 * which the schedule continues (Frankle et al. 2020). Two keep the trained weights (Renda et al. 2020): `lr-rewind`
 * replays the schedule from `rewindTo`, `finetune` goes on for as long at the last learning rate.
 */
import { rateAt } from "../train/schedule.ts";
import { type Level, networkAt, prunedMask, type Replicate, started, toRow, trainLevel } from "./replicate.ts";
import type { Arm, Row } from "./row.ts";

type ChainArm = "ticket" | "rewound" | "lr-rewind" | "finetune";

/** The parts of a level's training that an arm decides. */
type Course = Pick<Level, "network" | "from" | "to" | "schedule">;

/** How each arm goes on from the network `trained` that was pruned. */
const COURSES: Readonly<Record<ChainArm, (task: Replicate, trained: string) => Promise<Course>>> = {
  ticket: (task) => from(task, task.rewind),
  rewound: (task) => from(task, task.rewindTo),
  "lr-rewind": async ({ rewindTo, end }, network) => ({ network, from: rewindTo, to: end }),
  async finetune({ training, rewindTo, end }, network) {
    const schedule = { rate: rateAt(training.schedule, end - 1), shape: { name: "constant" }, warmup: 0 } as const;
    return { network, from: end, to: end + (end - rewindTo), schedule };
  },
};

async function from(task: Replicate, iteration: number): Promise<Course> {
  return { network: await networkAt(task, 0, iteration), from: iteration, to: task.end };
}

/** Tells an arm with masks of its own. */
export function isChain(arm: Arm): arm is ChainArm {
  return arm in COURSES;
}

/** A chain to climb, from the dense network up. */
export interface Chain {
  readonly arm: ChainArm;
  readonly dense: string;
  /** Whether its networks make rows; without them they are trained for their masks alone. */
  readonly wanted: boolean;
  /** Told of every level's mask; what it begins is waited for with the rows. */
  readonly onMask?: (level: number, mask: string) => readonly Promise<Row>[];
}

/**
 * Trains the levels of a chain, each after the one below that its mask comes from; one-shot masks come from the dense
 * network at once. Resolves, once all that others wait for is trained, to the rows that are or will be there.
 */
export async function climb(task: Replicate, chain: Chain): Promise<Promise<Row>[]> {
  const pending: Promise<Row>[] = [];
  try {
    for (let level = 1, trained = chain.dense; level <= task.spec.levels; level++)
      trained = await climbOne(task, chain, { level, trained, pending });
  } catch (error) {
    // Networks of the levels below are still in training: whoever waits for the rows waits for them first.
    pending.push(started(Promise.reject<Row>(error)));
  }
  return pending;
}

interface Rung {
  readonly level: number;
  /** The network of the level below; the dense one with one shot. */
  readonly trained: string;
  readonly pending: Promise<Row>[];
}

/** Resolves to the network that the next level's mask comes from. */
async function climbOne(task: Replicate, { arm, wanted, onMask }: Chain, rung: Rung): Promise<string> {
  const { level, trained, pending } = rung;
  const oneshot = task.spec.study === "oneshot";
  const mask = await prunedMask(task, trained, oneshot ? level : 1);
  if (onMask) pending.push(...onMask(level, mask).map(started));
  if (!wanted && (oneshot || level === task.spec.levels)) return trained;
  const course = await COURSES[arm](task, trained);
  const network = started(trainLevel(task, { arm, level, mask, urgent: true, ...course }));
  if (wanted) pending.push(started(network.then((key) => toRow(task, { arm, level }, key))));
  return oneshot ? trained : network;
}
