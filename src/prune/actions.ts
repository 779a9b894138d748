/**
 * What the weights of a masked network start from: the actions of Zhou et al. 2019 on those that a mask keeps (their mask-1
 * actions, section 3) and on those that it cuts (mask-0 actions, section 4), layer by layer. A start has a value for every
 * weight, cut ones too: whoever trains it under the mask alone has zeros there.
 */
import { checkOneOf, requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { type Random, randomStream } from "../base/random.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { MaskKey } from "./masks.ts";
import { countKept } from "./prune.ts";

/** A layer's weights before and after the training that its mask was made by, the mask, and a stream of its own. */
export interface ActionLayer {
  readonly initial: Float32Array;
  readonly trained: Float32Array;
  readonly bits: Uint8Array;
  readonly random: Random;
}

/** The start of a layer; it must not change what it is given. */
type Action = (layer: ActionLayer) => Float32Array;

/** What is done to the weights that are kept; `compounds`: from the start of the round before, else from the first weights. */
interface KeptAction {
  readonly start: Action;
  readonly compounds: boolean;
  /** Whether the start depends on the mask. */
  readonly byMask: boolean;
}

const fixed = (start: Action): KeptAction => ({ start, compounds: false, byMask: false });
const permuting = (start: Action, byMask = false): KeptAction => ({ start, compounds: true, byMask });

/** Mask-1 actions without rescaling. */
const PLAIN = {
  /** The first weights, as they were. */
  rewind: fixed(({ initial }) => initial.slice()),
  /** All of the layer's weights in random places. */
  reinit: permuting(({ initial, random }) => permuted(initial, allOf(initial), random)),
  /** The same with magnitudes alone: every place keeps its sign. */
  signed_reinit: permuting(({ initial, random }) => signedAs(initial, permuted(initial, allOf(initial), random))),
  /** The kept weights in random places among theirs. */
  reshuffle: permuting(({ initial, bits, random }) => permuted(initial, keptOf(bits), random), true),
  signed_reshuffle: permuting(
    ({ initial, bits, random }) => signedAs(initial, permuted(initial, keptOf(bits), random)),
    true,
  ),
  /** The sign of every weight times the deviation of all in its layer. */
  signed_constant: fixed(({ initial }) => constants(initial)),
  /** These in random places. */
  rand_signed_constant: permuting(({ initial, random }) => {
    const values = constants(initial);
    return permuted(values, allOf(values), random);
  }),
} as const satisfies Record<string, KeptAction>;

type PlainName = keyof typeof PLAIN;
type KeptActionName = PlainName | `${PlainName}_rescaling`;

const RESCALING = "_rescaling";

/** By name; with rescaling the first weights are taken, and multiplied by the layer's weights over those kept. */
export const KEPT_ACTIONS: Readonly<Record<KeptActionName, KeptAction>> = Object.fromEntries(
  Object.entries(PLAIN).flatMap(([name, action]): [string, KeptAction][] => [
    [name, action],
    [`${name}${RESCALING}`, { start: rescaled(action.start), compounds: false, byMask: true }],
  ]),
) as Record<KeptActionName, KeptAction>;

/** Whether training brought a weight nearer to zero. */
const shrank = ({ initial, trained }: ActionLayer, i: number) => Math.abs(initial[i]!) > Math.abs(trained[i]!);
const grew = ({ initial, trained }: ActionLayer, i: number) => Math.abs(initial[i]!) < Math.abs(trained[i]!);

/** The first weights with 0 where the rule says so. */
const zeroed =
  (isZero: (layer: ActionLayer, i: number) => boolean): Action =>
  (layer) =>
    layer.initial.map((value, i) => (isZero(layer, i) ? 0 : value));

/** Mask-0 actions but `zero`: cut weights stay in the network at the values given here and are not trained. */
const FREEZING = {
  /** All at their first values. */
  freeze_init: ({ initial }) => initial.slice(),
  /** The direction rule: 0 for those that training brought nearer to zero. */
  zero_mask: zeroed((layer, i) => layer.bits[i] === 0 && shrank(layer, i)),
  /** The rule for kept weights too, which start from 0 and are trained. */
  zero_all: zeroed(shrank),
  /** The rule for kept weights alone; cut ones are all frozen. */
  zero_kept: zeroed((layer, i) => layer.bits[i] === 1 && shrank(layer, i)),
  /** As many zeros as `zero_mask` has, among cut weights in random places. */
  zero_reshuffle: (layer) => {
    const { initial, bits, random } = layer;
    const open = indicesOf(bits.length, (i) => bits[i] === 0 && initial[i] !== 0);
    const count = open.reduce((sum, i) => sum + Number(shrank(layer, i)), 0);
    const start = initial.slice();
    for (const i of random.shuffle(open).subarray(0, count)) start[i] = 0;
    return start;
  },
  /** The rule turned round: 0 for those that training took away from zero. */
  zero_rev: zeroed((layer, i) => layer.bits[i] === 0 && grew(layer, i)),
} as const satisfies Record<string, Action>;

/** What is done to kept weights, or to cut ones while kept ones are rewound. */
export type ActionName = KeptActionName | keyof typeof FREEZING;

export const ACTIONS = [...Object.keys(KEPT_ACTIONS), ...Object.keys(FREEZING)] as ActionName[];

/** Whether cut weights stay in the network. */
export function freezes(action: ActionName): action is keyof typeof FREEZING {
  return action in FREEZING;
}

/** Whether an action goes on from what the round before started from, not from the first weights. */
export function compounds(action: ActionName): boolean {
  return freezes(action) || KEPT_ACTIONS[action].compounds;
}

/** Whether what it gives depends on the mask, or on what training made of the weights. */
export function needsMask(action: ActionName): boolean {
  return freezes(action) || KEPT_ACTIONS[action].byMask;
}

/** Item of the `mask` stream of the first layer; criteria.ts has those below. */
const ITEM = 6 << 12;

/** What an action starts from. */
export interface ActionOptions {
  /** One of `ACTIONS`. */
  readonly action: ActionName;
  /** Before training. */
  readonly initial: Weights;
  /** After it. */
  readonly trained: Weights;
  /** Which weights are kept. */
  readonly mask: Mask;
  /** Names the draw of what is random. */
  readonly key: MaskKey;
}

/**
 * The start that an action makes of the weights that a mask is for; all others, such as biases, stay as they were at first.
 * @throws code `usage` naming the field for an option that is missing and an action of another name, and where a layer keeps no
 *   weight and its weights are to be rescaled
 */
export function startOf(options: ActionOptions): Map<string, Float32Array> {
  requireFields("startOf", options, ["action", "initial", "trained", "mask", "key"]);
  const { action, initial, trained, mask, key } = options;
  checkOneOf("action", action, ACTIONS);
  const start: Action = freezes(action) ? FREEZING[action] : KEPT_ACTIONS[action].start;
  const { seed, replicate, draw: step } = key;
  const layers = [...mask].map(([name, bits], layer): [string, Float32Array] => {
    const random = randomStream({ seed, stream: "mask", replicate, step, item: ITEM + layer });
    if (action.endsWith(RESCALING) && countKept(bits) === 0)
      fail("usage", name, { rule: `must keep a weight for ${action}`, got: 0, remedy: "Use fewer levels" });
    return [name, start({ initial: initial.get(name)!, trained: trained.get(name)!, bits, random })];
  });
  return new Map([...initial, ...layers]);
}

function rescaled(start: Action): Action {
  return (layer) => {
    const factor = layer.bits.length / countKept(layer.bits);
    return start(layer).map((value) => value * factor);
  };
}

/** The values at these places permuted among them. */
function permuted(values: Float32Array, places: Int32Array, random: Random): Float32Array {
  const result = values.slice();
  const order = random.shuffle(places.slice());
  places.forEach((place, i) => {
    result[place] = values[order[i]!]!;
  });
  return result;
}

const allOf = ({ length }: Float32Array) => indicesOf(length, () => true);
const keptOf = (bits: Uint8Array) => indicesOf(bits.length, (i) => bits[i] === 1);

function indicesOf(length: number, has: (i: number) => boolean): Int32Array {
  return Int32Array.from({ length }, (_, i) => i).filter(has);
}

function signedAs(signs: Float32Array, values: Float32Array): Float32Array {
  return values.map((value, i) => Math.sign(signs[i]!) * Math.abs(value));
}

/** The population's deviation over all weights of the layer, as measured on them, under every weight's sign. */
function constants(initial: Float32Array): Float32Array {
  let [sum, squares] = [0, 0];
  for (const value of initial) sum += value;
  const mean = sum / initial.length;
  for (const value of initial) squares += (value - mean) * (value - mean);
  const deviation = Math.sqrt(squares / initial.length);
  return initial.map((value) => Math.sign(value) * deviation);
}
