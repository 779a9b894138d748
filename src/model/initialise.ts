/** Initialisers: how a fresh network's weights and biases are drawn, all from the `init` stream. */
import { checkOneOf, requireFields } from "../base/checks.ts";
import type { Random } from "../base/random.ts";
import { randomStream } from "../base/random.ts";
import { sizeOf } from "../graph/types.ts";
import type { Model } from "./model.ts";
import type { Parameter, Role, Weights } from "./network.ts";

type Draw = (random: Random) => number;
type Distribution = (parameter: Parameter) => Draw;

const zero: Distribution = () => () => 0;
const one: Distribution = () => () => 1;
const gaussian =
  (deviation: (parameter: Parameter) => number): Distribution =>
  (parameter) => {
    const scale = deviation(parameter);
    return (random) => scale * random.normal();
  };
const symmetric =
  (bound: (parameter: Parameter) => number): Distribution =>
  (parameter) => {
    const scale = bound(parameter);
    return (random) => scale * (2 * random.uniform() - 1);
  };
/** PyTorch's default for biases: uniform within 1/sqrt(fan in). */
const torchBias = symmetric(({ fanIn }) => 1 / Math.sqrt(fanIn));

/** Batch normalisation starts as the identity on its statistics, in PyTorch too. */
const IDENTITY = { scale: one, shift: zero, mean: zero, variance: one } as const;
const kaimingNormal = gaussian(({ fanIn }) => Math.sqrt(2 / fanIn));

/**
 * By name, the distributions of weights and of biases.
 * `glorot-*`: Glorot & Bengio 2010, eq. 12 and 16, biases zero, as Frankle & Carbin 2018.
 * `kaiming-*`: He et al. 2015, eq. 10, biases as PyTorch. `uniform`: PyTorch's own default for linear layers and
 * convolutions. `bert`: normal(0, 0.02), biases zero (Devlin et al. 2019, section A.2). `openlth`: `kaiming-normal` with the scales of batch normalisation uniform in [0, 1), OpenLTH's default.
 */
export const INITIALISERS = {
  "glorot-normal": {
    ...IDENTITY,
    weight: gaussian(({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut))),
    bias: zero,
  },
  "glorot-uniform": {
    ...IDENTITY,
    weight: symmetric(({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut))),
    bias: zero,
  },
  "kaiming-normal": { ...IDENTITY, weight: kaimingNormal, bias: torchBias },
  "kaiming-uniform": { ...IDENTITY, weight: symmetric(({ fanIn }) => Math.sqrt(6 / fanIn)), bias: torchBias },
  uniform: { ...IDENTITY, weight: torchBias, bias: torchBias },
  bert: { ...IDENTITY, weight: gaussian(() => 0.02), bias: zero },
  openlth: { ...IDENTITY, weight: kaimingNormal, bias: torchBias, scale: () => (random) => random.uniform() },
} as const satisfies Record<string, Readonly<Record<Role, Distribution>>>;

export type Initialiser = keyof typeof INITIALISERS;
const NAMES = Object.keys(INITIALISERS) as Initialiser[];

/** Which draw of the `init` stream: `draw` 0 is a replicate's own initialisation, others are reinitialisations. */
export interface InitialisationKey {
  /** 32 bits, from 0. */
  readonly seed: number;
  /** 32 bits, from 0. */
  readonly replicate: number;
  /** 32 bits, from 0; 0 is a replicate's own initialisation. */
  readonly draw: number;
}

/**
 * Draws a fresh network; parameter number i of the model uses item i of the stream, so adding a layer moves none before it.
 * @throws code `usage` for an initialiser that is none of `INITIALISERS`, and for a field of the key out of range or missing
 */
export function initialise(model: Model, initialiser: Initialiser, key: InitialisationKey): Weights {
  requireFields("initialise", key, ["seed", "replicate", "draw"]);
  const distributions = INITIALISERS[checkOneOf("initialiser", initialiser, NAMES)];
  return new Map(
    model.parameters.map((parameter, item) => {
      const random = randomStream({ seed: key.seed, stream: "init", replicate: key.replicate, step: key.draw, item });
      const draw = distributions[parameter.role](parameter);
      return [parameter.name, Float32Array.from({ length: sizeOf(parameter.shape) }, () => draw(random))];
    }),
  );
}
