/**
 * Arms with masks of their own, each a chain of levels: train, prune the lowest magnitudes, go on from somewhere, repeat.
 *
 * `ticket` puts the survivors back to the rewind point (Frankle & Carbin 2019), `rewound` to iteration `rewindTo`, from
 * which the schedule continues (Frankle et al. 2020); `oneshot` goes back as far, under masks that are all cut from the
 * dense network at once. Two keep the trained weights (Renda et al. 2020): `lr-rewind` replays the schedule from
 * `rewindTo`, `finetune` goes on for as long at the last learning rate.
 */
import type { StepRequest } from "../../step/request.ts";
import { rateAt } from "../../train/schedule.ts";
import type { Arm } from "../networks/row.ts";
import {
  type Level,
  type NetworkPlan,
  networkAt,
  prunedMask,
  type Replicate,
  trainLevel,
} from "../shared/replicate.ts";

type ChainArm = "ticket" | "rewound" | "oneshot" | "lr-rewind" | "finetune";

/** The parts of a level's training that an arm decides. */
type Course = Pick<Level, "network" | "from" | "to" | "schedule">;

/** How each arm goes on from the network `trained` that was pruned: as it is, or back at an iteration. */
const COURSES: Readonly<Record<ChainArm, (setup: Replicate, trained: StepRequest) => Course | number>> = {
  ticket: ({ rewind }) => rewind,
  rewound: ({ rewindTo }) => rewindTo,
  oneshot: ({ rewindTo }) => rewindTo,
  "lr-rewind": ({ rewindTo, end }, network) => ({ network, from: rewindTo, to: end }),
  finetune({ training, rewindTo, end }, network) {
    const schedule = { rate: rateAt(training.schedule, end - 1), shape: { name: "constant" }, warmup: 0 } as const;
    return { network, from: end, to: end + (end - rewindTo), schedule };
  },
};

function* courseOf(setup: Replicate, arm: ChainArm, trained: StepRequest): NetworkPlan<Course> {
  const course = COURSES[arm](setup, trained);
  if (typeof course !== "number") return course;
  return { network: yield* networkAt(setup, 0, course), from: course, to: setup.end };
}

/** Tells an arm with masks of its own. */
export function isChain(arm: Arm): arm is ChainArm {
  return arm in COURSES;
}

/** A chain to climb, from the dense network up. */
export interface Chain {
  readonly arm: ChainArm;
  readonly dense: StepRequest;
  /** Whether its networks make rows; without them they are trained for their masks alone. */
  readonly wanted: boolean;
  /** What else every level's mask is for. */
  readonly onMask?: (level: number, mask: StepRequest) => NetworkPlan;
}

/** The levels of a chain, each pruned from the one below; one-shot masks all come from the dense network. */
export function* climb(setup: Replicate, { arm, dense, wanted, onMask }: Chain): NetworkPlan {
  const { study, levels } = setup.spec;
  const oneshot = study === "oneshot" || arm === "oneshot";
  let trained = dense;
  for (let level = 1; level <= levels; level++) {
    const mask = prunedMask(setup, trained, oneshot ? level : 1);
    if (wanted || (!oneshot && level < levels)) {
      const course = yield* courseOf(setup, arm, trained);
      const rows = wanted ? [arm] : [];
      const network = yield* trainLevel(setup, { arm, level, mask, urgent: true, ...course, rows });
      if (!oneshot) trained = network;
    }
    if (onMask) yield* onMask(level, mask);
  }
}
