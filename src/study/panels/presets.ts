/** The presets of studies of panels, and the panels themselves. */
import type { Preset } from "../kind.ts";
import type { TrainingOptions } from "../shared/options.ts";
import { SGD } from "../shared/presets.ts";
import type { PanelsOptions } from "./options.ts";
import type { Panel } from "./spec.ts";

/** A preset of a study of panels. */
export interface PanelsPreset extends Preset {
  /** Absent: {@link PANELS}. */
  readonly panels?: readonly Panel[];
}

/** A low rate, at which tickets work on deep networks, and the usual one, at which they do not. */
export const PANELS: readonly Panel[] = [
  { name: "learning rate 0.01", lr: 0.01, warmup: "0" },
  { name: "learning rate 0.1", lr: 0.1, warmup: "0" },
];

/** The survey's Figure 1 in all its sizes (Maene et al. 2021, section 3): the same data and arms; shortcuts are spared. */
const FIGURE1 = {
  ...SGD,
  model: "resnet-20",
  data: "cifar10",
  cut: 0.2,
  scope: "global",
  shortcutCutFactor: 0,
  arms: ["ticket", "reinit", "rewound"],
  replicates: 3,
} as const satisfies TrainingOptions;

/**
 * Liu et al. 2018, section 5: fine-tuning, the ticket, and new weights for as many epochs or as many FLOPs; convolutions
 * alone are pruned.
 */
const SCRATCH = {
  ...SGD,
  outputCutFactor: 0,
  arms: ["ticket", "finetune", "reinit", "scratch-b"],
  replicates: 3,
} as const satisfies TrainingOptions;

/** A residual network and colour images that train in seconds. */
const TINY = {
  model: "resnet-8-4",
  data: "synthetic-rgb",
  validation: 500,
  trainSize: 1000,
  augment: "crop-flip",
  batch: 32,
  steps: "120it",
  milestones: ["80it", "100it"],
  evaluateEvery: "60it",
  levels: 2,
  cut: 0.5,
  rewindTo: "20it",
  replicates: 2,
} as const satisfies TrainingOptions;

/**
 * Figure 1 with its counter-case, in an hour on two cores. What is reduced: depth, width and length. What is
 * kept is how far the first weights are forgotten: they decay as exp(-exponent), of which the paper's recipe has 3.2 from
 * initialisation to the first milestone, and so has this one by its weight decay (exponent.ts).
 */
const LAPTOP = {
  model: "resnet-8-4",
  steps: "2400it",
  milestones: ["1600it", "2000it"],
  weightDecay: 2e-3,
  batch: 128,
  rewindTo: "240it",
  evaluateEvery: "800it",
  levels: 4,
  cut: 0.488,
  replicates: 10,
  // The pilot that chose this recipe ran with seed 1.
  seed: 2,
  copiesAt: 2,
} as const satisfies PanelsOptions;

/**
 * Figure 1 in a training that forgets nothing (exponent 0.08), in an hour or more on two cores. Reduced: width 16 to 8, training images 45,000 to 10,000, iterations 30,000 to
 * 1,200 with everything that happens on the way, levels of one round of 20 % to levels of four (0.8^4 = 0.4096).
 */
const SHORT = {
  model: "resnet-20-8",
  trainSize: 10_000,
  steps: "1200it",
  milestones: ["800it", "1000it"],
  rewindTo: "60it",
  evaluateEvery: "400it",
  levels: 3,
  cut: 0.5904,
} as const satisfies TrainingOptions;

/** A preset of Figure 1 as the study `forgetting` has it: tickets and new weights alone. */
function leads({ rewindTo: _, copiesAt: __, ...options }: PanelsOptions): PanelsOptions {
  return { ...FIGURE1, ...options, arms: ["ticket", "reinit"] };
}

/** The presets of Figure 1; the first is what it is without one. */
export const FIGURE1_PRESETS: readonly PanelsPreset[] = [
  {
    name: "laptop",
    summary: "ResNet-8 of a quarter of the width on CIFAR-10, forgetting its first weights as the paper's, in an hour",
    options: { ...FIGURE1, ...LAPTOP },
  },
  {
    name: "short",
    summary: "ResNet-20 of half the width on 10,000 images, too short to forget them, in an hour or more on two cores",
    options: { ...FIGURE1, ...SHORT },
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...FIGURE1, ...TINY },
  },
  {
    name: "paper",
    summary: "full size: ResNet-20 on CIFAR-10, 30,000 iterations, 20 levels; weeks on two cores",
    options: {
      ...FIGURE1,
      steps: "30000it",
      milestones: ["20000it", "25000it"],
      rewindTo: "500it",
      evaluateEvery: "500it",
      levels: 20,
    },
  },
];

/** A recipe of the study `forgetting`: what it is changed by, and what it changes. */
const recipe = (by: string, exponent: number, { name: _, ...changes }: Partial<Panel>): Panel => ({
  ...{ name: `${by} ${exponent}`, lr: 0.1, warmup: "0", ...changes },
});

const HALF = { steps: "1200it", milestones: ["800it", "1000it"], evaluateEvery: "400it" };
const TWICE = { steps: "4800it", milestones: ["3200it", "4000it"], evaluateEvery: "1600it" };

/** Exponents by weight decay alone, and some of them again by the rate and by the length of training. */
const RECIPES: readonly Panel[] = [
  recipe("decay", 0.16, { weightDecay: 1e-4 }),
  recipe("decay", 0.8, { weightDecay: 5e-4 }),
  recipe("decay", 1.6, { weightDecay: 1e-3 }),
  recipe("decay", 3.2, { weightDecay: 2e-3 }),
  recipe("decay", 6.4, { weightDecay: 4e-3 }),
  recipe("half the rate", 0.8, { weightDecay: 1e-3, lr: 0.05 }),
  recipe("half the rate", 3.2, { weightDecay: 4e-3, lr: 0.05 }),
  recipe("half the length", 0.8, { weightDecay: 1e-3, ...HALF }),
  recipe("half the length", 3.2, { weightDecay: 4e-3, ...HALF }),
  recipe("twice the length", 3.2, { weightDecay: 1e-3, ...TWICE }),
];

/** The presets of the study `forgetting`; the first is what it is without one. */
export const FORGETTING_PRESETS: readonly PanelsPreset[] = [
  {
    name: "laptop",
    summary: "Figure 1's network by ten recipes, of exponents 0.16 to 6.4; an hour or more",
    options: { ...leads(LAPTOP), levels: 2, replicates: 6 },
    panels: RECIPES,
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...leads(TINY) },
    panels: [recipe("decay", 0.08, { weightDecay: 1e-3 }), recipe("decay", 0.8, { weightDecay: 1e-2 })],
  },
];

/** The presets of training from scratch; the first is what it is without one. */
export const SCRATCH_PRESETS: readonly PanelsPreset[] = [
  {
    name: "laptop",
    summary: "VGG-16 of an eighth of the width on 10,000 images of CIFAR-10, pruned in one shot, in about an hour",
    options: {
      ...SCRATCH,
      model: "vgg-16-w8",
      trainSize: 10_000,
      steps: "2000it",
      milestones: ["1000it", "1500it"],
      rewindTo: "1500it",
      evaluateEvery: "500it",
      levels: 3,
      cut: 0.6,
    },
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...TINY, ...SCRATCH, replicates: 2 },
  },
  {
    name: "paper",
    summary: "full size: VGG-16 on CIFAR-10, 160 epochs; weeks on two cores",
    options: {
      ...SCRATCH,
      model: "vgg-16",
      batch: 64,
      milestones: ["80ep", "120ep"],
      rewindTo: "120ep",
      levels: 3,
      cut: 0.5,
      replicates: 5,
    },
  },
];
