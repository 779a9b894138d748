/** The options of the study `strong`, and how they make its specification. */
import { checkDatasetName } from "../../dataset/source/check.ts";
import { CONSTRUCTIONS, STRONG_ARMS, type StrongArm } from "../../strong/compile.ts";
import {
  integer,
  listOf,
  type Need,
  number,
  type Option,
  oneOf,
  positive,
  type Reader,
  refuseUnused,
  steps,
  text,
  type Values,
} from "../option.ts";
import { REPEAT_OPTIONS } from "../shared/options.ts";
import { POPUP_FORMS, type PopupForm, parseStrongSpec, type StrongNetwork, type StrongSpec } from "./spec.ts";
import { rawName } from "./steps/images.ts";

/** Their values. */
export interface StrongOptions {
  readonly model?: string;
  readonly narrow?: string;
  readonly data?: string;
  readonly steps?: string;
  readonly constructions?: readonly StrongArm[];
  readonly epsilon?: readonly number[];
  readonly units?: number;
  readonly bound?: number;
  readonly trials?: number;
  readonly trialEpsilon?: number;
  readonly delta?: number;
  readonly popup?: readonly number[];
  readonly popupKept?: number;
  readonly popupForms?: readonly PopupForm[];
  readonly attention?: readonly number[];
  readonly attentionDraws?: number;
  readonly draws?: number;
  readonly replicates?: number;
  readonly seed?: number;
}

/** Edge-popup's networks where no others are asked for. */
const DEFAULT_FORMS: readonly PopupForm[] = ["gadget", "wide"];

/** Hidden dimensions of an input where no others are asked for. */
const ATTENTION_UNITS: readonly number[] = [4, 6, 8, 10, 12, 14, 16, 18, 20];

const share = number({ rule: "a number between 0 and 1, such as 0.01", holds: (value) => value > 0 && value < 1 });

type Networks = readonly StrongNetwork[];

const networkBy = (networks: unknown, construction: StrongArm) =>
  (networks as Networks).find((network) => network.construction === construction);

/** The epsilons where all constructions have the same; undefined where each has its own. */
function epsilonsOf(networks: Networks): readonly number[] | undefined {
  const own = STRONG_ARMS.map((arm) => networks.filter((each) => each.construction === arm)).filter((of) => of.length);
  const [first, ...others] = own.map((of) => of.map(({ epsilon }) => epsilon));
  return others.every((each) => each.join() === first!.join()) ? first : undefined;
}

export const STRONG_OPTIONS: readonly Option[] = [
  { name: "model", value: "name", description: "target, an MLP with ReLU", fallback: "lenet-300-100", read: text },
  {
    of: ({ networks }) => networkBy(networks, "burkholz")?.model,
    name: "narrow",
    value: "name",
    description: "target of Burkholz, of whose neurons there are many copies",
    fallback: "mlp-64",
    read: text,
    need: {
      words: "the construction burkholz",
      fields: ["constructions"],
      met: ({ constructions }) => (constructions as readonly string[]).includes("burkholz"),
    },
  },
  {
    name: "data",
    value: "name",
    description: "data set of images, whose pixels are taken as they are, from 0 to 1",
    fallback: "mnist",
    read: checkDatasetName,
  },
  { name: "steps", value: "length", description: "of the targets' training", fallback: "10ep", read: steps },
  {
    of: ({ networks }) => [...new Set((networks as Networks).map(({ construction }) => construction))],
    name: "constructions",
    value: "names",
    description: `of ${STRONG_ARMS.join(", ")}`,
    fallback: "all",
    read: listOf(oneOf(STRONG_ARMS)),
  },
  {
    of: ({ networks }) => epsilonsOf(networks as Networks),
    name: "epsilon",
    value: "numbers",
    description: "how nearly each weight must be met, one network for each",
    fallback: "by construction: 0.01, of Orseau 0.001 too, of Malach 0.1",
    read: listOf(share),
  },
  {
    of: ({ networks }) => (networkBy(networks, "pensia") ?? networkBy(networks, "burkholz"))?.units,
    name: "units",
    value: "n",
    description: "of every input, of Pensia and Burkholz",
    fallback: "42, about half of which fire",
    read: integer(1, 1000),
  },
  {
    name: "bound",
    value: "number",
    description: "what weights of trained targets do not exceed, which the random weights are drawn for",
    fallback: "2",
    read: positive,
  },
  {
    of: ({ trials }) => (trials as StrongSpec["trials"]).count,
    name: "trials",
    value: "n",
    description: "random networks for the small target of every construction",
    fallback: "1000",
    read: integer(1),
  },
  {
    of: ({ trials }) => (trials as StrongSpec["trials"]).epsilon,
    name: "trialEpsilon",
    value: "number",
    description: "epsilon of the trials",
    fallback: "0.1",
    read: share,
  },
  {
    name: "delta",
    value: "number",
    description: "the probability with which a network may fail, all weights together",
    fallback: "0.05",
    read: share,
  },
  {
    of: ({ popup }) => (popup as StrongSpec["popup"]).hidden,
    name: "popup",
    value: "widths",
    description:
      "hidden widths of gadget networks in which edge-popup chooses, each beside a wide network of as many weights; none for none",
    fallback: "50,125",
    read: noneOr(listOf(integer(1, 100_000))),
  },
  {
    of: ({ popup }) => (popup as StrongSpec["popup"]).forms ?? DEFAULT_FORMS,
    name: "popupForms",
    value: "names",
    description: `networks of each width: ${POPUP_FORMS.join(", ")}; linear: gadgets whose units have no ReLU`,
    fallback: DEFAULT_FORMS.join(","),
    read: listOf(oneOf(POPUP_FORMS)),
    need: asksFor("popup"),
  },
  {
    of: ({ popup }) => (popup as StrongSpec["popup"]).kept,
    name: "popupKept",
    value: "number",
    description: "the share of each layer's weights that edge-popup keeps",
    fallback: "0.5",
    read: share,
  },
  {
    name: "draws",
    value: "n",
    description: "weights whose units are counted, for the figures",
    fallback: "400",
    read: integer(1, 100_000),
  },
  {
    of: ({ attention }) => (attention as StrongSpec["attention"]).units,
    name: "attention",
    value: "numbers",
    description: "hidden dimensions of an input at which the merged products of attention are built, none for none",
    fallback: ATTENTION_UNITS.join(","),
    read: noneOr(listOf(integer(1, 36))),
  },
  {
    of: ({ attention }) => (attention as StrongSpec["attention"]).draws,
    name: "attentionDraws",
    value: "n",
    description: "random networks whose median is taken at each of them; of few the line goes up and down",
    fallback: "a tenth of draws",
    read: integer(1, 100_000),
    need: asksFor("attention"),
  },
  ...REPEAT_OPTIONS,
];

/** Reads a list that may be empty. */
function noneOr<T>(list: Reader<T[]>): Reader<T[]> {
  return (words, where) => (words === "none" ? [] : list(words, where));
}

function asksFor(name: "popup" | "attention"): Need {
  const met = (values: Values) => (values[name] as readonly number[]).length > 0;
  return { words: `${name} other than none`, fields: [name], met };
}

/** The epsilons of a construction where none are asked for. */
const EPSILONS: Readonly<Record<StrongArm, readonly number[]>> = {
  malach: [0.1],
  orseau: [0.01, 0.001],
  pensia: [0.01],
  burkholz: [0.01],
  "linear-relaxation": [0.01],
};

/** Units of every input, of which about half serve inputs that are not negative (Pensia et al. 2020: 21 candidates). */
const UNITS = 42;

/** Units of every input in which edge-popup chooses, as in Pensia et al. 2020. */
const POPUP_UNITS = 5;

const DEFAULTS = {
  ...{ model: "lenet-300-100", narrow: "mlp-64", data: "mnist", steps: "10ep", constructions: STRONG_ARMS },
  ...{
    bound: 2,
    trials: 1000,
    trialEpsilon: 0.1,
    delta: 0.05,
    popup: [50, 125],
    popupKept: 0.5,
    popupForms: DEFAULT_FORMS,
    attention: ATTENTION_UNITS,
    draws: 400,
    replicates: 1,
    seed: 1,
  },
} as const;

/** The specification that options make, over those of a preset; throws `usage` on one that would do nothing. */
export function strongSpecOf(given: Values, named: Values): StrongSpec {
  const options: Required<Omit<StrongOptions, "epsilon" | "units" | "attentionDraws">> & StrongOptions = {
    ...DEFAULTS,
    ...named,
    ...given,
  };
  refuseUnused(STRONG_OPTIONS, given, { ...options });
  const { model, data, constructions, delta, draws, replicates, seed } = options;
  const constructed = CONSTRUCTIONS.filter((name) => constructions.includes(name));
  const trials = {
    ...{ constructions: constructed, count: options.trials, sizes: [6, 4, 2] },
    ...{ epsilon: options.trialEpsilon, signed: [false, true] },
  };
  return parseStrongSpec({
    ...{
      study: "strong",
      model,
      data: rawName(data),
      steps: options.steps,
      networks: networksOf(options),
      trials,
      bound: options.bound,
      delta,
    },
    epsilons: [0.2, 0.1, 0.05, 0.02, 0.01],
    counts: Array.from({ length: 18 }, (_, i) => i + 4),
    attention: {
      size: 8,
      heads: 2,
      tokens: 6,
      units: options.attention,
      draws: options.attentionDraws ?? Math.ceil(draws / 10),
    },
    popup: { units: POPUP_UNITS, hidden: options.popup, kept: options.popupKept, ...formsOf(options) },
    ...{ draws, replicates, seed },
  });
}

/** Said where they are not the usual ones, so that studies from before they could be chosen are the same. */
function formsOf({ popupForms }: Required<Pick<StrongOptions, "popupForms">>): { forms?: readonly PopupForm[] } {
  return popupForms.join() === DEFAULT_FORMS.join() ? {} : { forms: popupForms };
}

function networksOf({
  constructions,
  epsilon,
  units = UNITS,
  model,
  narrow,
}: Pick<Required<StrongOptions>, "constructions" | "model" | "narrow"> & StrongOptions): StrongNetwork[] {
  return constructions.flatMap((construction) =>
    (epsilon ?? EPSILONS[construction]).map((each): StrongNetwork => {
      if (construction === "pensia") return { construction, model, epsilon: each, units };
      if (construction !== "burkholz") return { construction, model, epsilon: each };
      return { construction, model: narrow, epsilon: each, units, copies: Math.ceil(units / 2) };
    }),
  );
}
