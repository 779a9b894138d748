/** Model names as the command line and stored specs write them. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { addTo, createRegistry, failUnknown as failVersion, splitVersion } from "../base/registry.ts";
import { nearest } from "../base/suggest.ts";
import { conv } from "./conv.ts";
import { gadgetMlp } from "./gadget-mlp.ts";
import { inception } from "./inception.ts";
import { type Activation, mlp } from "./mlp.ts";
import type { Fitting, Model } from "./model.ts";
import { resnet } from "./resnet.ts";
import { cifarResnet, type Shortcut } from "./resnet-cifar.ts";
import { vgg, vggPlan } from "./vgg.ts";
import { wideResnet } from "./wide-resnet.ts";

/** What of a data set a model depends on. */
export interface ModelContext {
  /** Of one input: `[channels, height, width]`, or `[features]`. */
  readonly shape: readonly number[];
  /** What a model gives for each example. */
  readonly outputs: number;
  /** Of texts, how many tokens there are, from 1; absent for other inputs. */
  readonly vocabulary?: number;
  /** Of texts, what is told of their tokens; absent where a whole text is told of. */
  readonly head?: "span" | "mlm";
}

/** The named groups of a name's pattern; those that may be left out are undefined then. */
type Parts = Readonly<Record<string, string | undefined>>;

/** Models whose names have one form. */
export interface ModelFamily {
  /** How its names are written, for help and errors. */
  readonly grammar: string;
  /** What its names look like, without a version. */
  readonly pattern: RegExp;
  /** Height and width that its images must have at least, in pixels; absent where it takes vectors too. */
  readonly least?: (parts: Parts) => number;
  /** The model of a name, fitted to the inputs and outputs of a data set; `parts` are the named groups of the pattern. */
  readonly build: (fitting: Fitting, parts: Parts) => Model;
  /**
   * Names of networks with these sizes, of each function one: dropout, which scoring leaves out, is in none. Absent where
   * no file from elsewhere is of the family.
   */
  readonly variants?: (sizes: LayerSizes) => readonly string[];
}

/** What the sizes of a network's layers say of its make-up. */
export interface LayerSizes {
  /** Channels of the narrowest and the widest convolution; absent where there is none. */
  readonly width?: number;
  readonly widest?: number;
  /** Outputs of the linear layers, in their order. */
  readonly linear: readonly number[];
  /** Whether any layer has a bias. */
  readonly biases: boolean;
}

/** The width in a name, which leaves the usual one out. */
const suffix = (before: string, width: number | undefined, usual: number) =>
  width === usual ? "" : `${before}${width}`;

const product = (names: readonly string[], ends: readonly string[]) =>
  names.flatMap((name) => ends.map((end) => name + end));

const DROPOUT = "(?:-dropout(?<dropout>0?\\.\\d+))?";

const BIAS = "(?<nobias>-nobias)?";

const FAMILIES: readonly ModelFamily[] = [
  {
    grammar: "mlp-H1-H2-...[-tanh|-sigmoid|-elu][-dropoutRATE][-nobias]",
    pattern: new RegExp(
      `^(?:lenet|mlp)(?<hidden>(?:-[1-9]\\d{0,5})+)(?:-(?<activation>relu|tanh|sigmoid|elu))?${DROPOUT}${BIAS}$`,
    ),
    build: (fitting, { hidden, activation = "relu", dropout = 0, nobias }) =>
      mlp({
        ...fitting,
        hidden: hidden!.slice(1).split("-").map(Number),
        activation: activation as Activation,
        dropout: Number(dropout),
        bias: !nobias,
      }),
    variants({ width, linear, biases }) {
      const hidden = linear.slice(0, -1);
      if (width !== undefined || hidden.length === 0) return [];
      const name = [hidden.join("-") === "300-100" ? "lenet" : "mlp", ...hidden].join("-");
      return ["", "-tanh", "-sigmoid", "-elu"].map((activation) => name + activation + (biases ? "" : "-nobias"));
    },
  },
  {
    grammar: "gadget-UNITS-H1-H2-...[-linear]",
    pattern: /^gadget-(?<units>[1-9]\d{0,2})(?<hidden>(?:-[1-9]\d{0,5})+)(?<linear>-linear)?$/,
    build: (fitting, { units, hidden, linear }) =>
      gadgetMlp({
        ...fitting,
        units: Number(units),
        linear: linear !== undefined,
        hidden: hidden!.slice(1).split("-").map(Number),
      }),
  },
  {
    grammar: "conv-2|4|6|8[-wCHANNELS][-elu][-dropoutRATE][-nobias]",
    pattern: new RegExp(
      `^conv-(?<depth>[2468])(?:-w(?<width>[1-9]\\d{0,3}))?(?:-(?<activation>elu))?${DROPOUT}${BIAS}$`,
    ),
    least: ({ depth }) => 2 ** (Number(depth) / 2),
    // Hidden layers are as much wider than theirs as the first pair is than its 64 channels.
    build: (fitting, { depth, width = 64, activation = "relu", dropout = 0, nobias }) =>
      conv({
        ...fitting,
        depth: Number(depth) as 2 | 4 | 6 | 8,
        channels: Number(width),
        hidden: 4 * Number(width),
        activation: activation as "relu" | "elu",
        dropout: Number(dropout),
        bias: !nobias,
      }),
    variants: ({ width, biases }) =>
      product(
        [2, 4, 6, 8].map((depth) => `conv-${depth}${suffix("-w", width, 64)}`),
        biases ? ["", "-elu"] : ["-nobias", "-elu-nobias"],
      ),
  },
  {
    grammar: "vgg-11|13|16|19[-wWIDTH][-pool5]",
    pattern: /^vgg-(?<depth>11|13|16|19)(?:-w(?<width>[1-9]\d{0,3}))?(?<pool5>-pool5)?$/,
    least: ({ pool5 }) => (pool5 ? 32 : 16),
    build: (fitting, { depth, width = 64, pool5 }) =>
      vgg({ ...fitting, plan: vggPlan(Number(depth) as 11 | 13 | 16 | 19, Number(width), pool5 ? 5 : 4) }),
    variants: ({ width }) =>
      product(
        [11, 13, 16, 19].map((depth) => `vgg-${depth}${suffix("-w", width, 64)}`),
        ["", "-pool5"],
      ),
  },
  {
    grammar: "resnet-8|14|20|32|44|56|110[-WIDTH][-identity[-centred]]",
    pattern:
      /^resnet-(?<depth>8|14|20|32|44|56|110)(?:-(?<width>[1-9]\d{0,3}))?(?:-(?<identity>identity(?:-centred)?))?$/,
    least: () => 1,
    build: (fitting, { depth, width = 16, identity }) =>
      cifarResnet({
        ...fitting,
        blocks: (Number(depth) - 2) / 6,
        width: Number(width),
        shortcut: (identity ?? "projection") as Shortcut,
      }),
    variants: ({ width }) =>
      product(
        [8, 14, 20, 32, 44, 56, 110].map((depth) => `resnet-${depth}${suffix("-", width, 16)}`),
        ["", "-identity", "-identity-centred"],
      ),
  },
  {
    grammar: "resnet-18|34|50[-cifar][-wWIDTH]",
    pattern: /^resnet-(?<depth>18|34|50)(?<cifar>-cifar)?(?:-w(?<width>[1-9]\d{0,3}))?$/,
    // Smaller images would leave one pixel or four of the last stage, which its 3x3 kernels have no use for.
    least: ({ cifar }) => (cifar ? 1 : 64),
    build: (fitting, { depth, cifar, width = 64 }) =>
      resnet({
        ...fitting,
        depth: Number(depth) as 18 | 34 | 50,
        stem: cifar ? "cifar" : "imagenet",
        width: Number(width),
      }),
    variants: ({ width }) =>
      product(product(["resnet-18", "resnet-34", "resnet-50"], ["", "-cifar"]), [suffix("-w", width, 64)]),
  },
  {
    grammar: "wide-resnet-10|16|22|28|40-WIDENING",
    pattern: /^wide-resnet-(?<depth>10|16|22|28|40)-(?<widening>[1-9]\d?)$/,
    least: () => 1,
    build: (fitting, { depth, widening }) =>
      wideResnet({ ...fitting, blocks: (Number(depth) - 4) / 6, widening: Number(widening) }),
    variants: ({ widest = 0 }) => [10, 16, 22, 28, 40].map((depth) => `wide-resnet-${depth}-${widest / 64}`),
  },
  {
    grammar: "inception-v3[-cifar][-wWIDTH]",
    pattern: /^inception-v3(?<cifar>-cifar)?(?:-w(?<width>[1-9]\d{0,3}))?$/,
    least: ({ cifar }) => (cifar ? 13 : 75),
    build: (fitting, { cifar, width = 32 }) =>
      inception({ ...fitting, stem: cifar ? "cifar" : "imagenet", width: Number(width) }),
    variants: ({ width }) => product(["inception-v3", "inception-v3-cifar"], [suffix("-w", width, 32)]),
  },
];

const families = createRegistry("model", Object.fromEntries(FAMILIES.map((family) => [family.grammar, family])));

/**
 * Adds a family of models; returns how specifications write it. Throws `usage` where another one has its name and version.
 * @param name of the family: that of its one model, where it has one
 * @param version a content hash, or what the user gives
 */
export function registerModel(name: string, family: ModelFamily, version?: string): string {
  const taken = FAMILIES.some(({ pattern }) => pattern.test(name));
  if (taken) fail("usage", "model", { rule: "must not have the name of a model of this package", got: name });
  return addTo(families, name, family, version);
}

/** The grammar of model names, for help and errors. */
export function modelNames(): readonly string[] {
  return ["lenet-300-100", ...families.entries().map(({ value }) => value.grammar)];
}

/** What a misspelt name may have meant, the likeliest first. */
const LIKELY = [
  ...["lenet-300-100", "conv-2", "vgg-16", "resnet-20", "resnet-18", "wide-resnet-28-10", "inception-v3", "conv-4"],
  ...["conv-6", "vgg-11", "vgg-13", "vgg-19", "resnet-32", "resnet-44", "resnet-56", "resnet-110", "resnet-34"],
  ...["resnet-50", "resnet-18-cifar", "resnet-50-cifar", "wide-resnet-16-8", "inception-v3-cifar"],
] as const;

/** The family of a name and how specifications write the name: with the version of what is brought. */
function familyOf(asked: string): { readonly name: string; readonly base: string; readonly family: ModelFamily } {
  const { base, version } = splitVersion(asked);
  const found = families.entries().findLast((entry) => {
    return entry.value.pattern.test(base) && (version === undefined || entry.version === version);
  });
  if (!found) return version === undefined ? failUnknown(asked) : failMissing(asked);
  return { name: found.version === undefined ? base : `${base}@${found.version}`, base, family: found.value };
}

/** How keys write a model: its name, of one that is brought with its version. Throws as {@link parseModel}. */
export function modelIdentity(asked: string): string {
  return familyOf(asked).name;
}

function failMissing(asked: string): never {
  const { base } = splitVersion(asked);
  const isHere = families.entries().some(({ value }) => value.pattern.test(base));
  return failVersion(asked, { where: "model", what: "model", names: isHere ? [base] : [] });
}

/**
 * The model of a name such as `lenet-300-100`, `mlp-512-256-tanh-dropout0.5` or `resnet-20-8`, fitted to the inputs and
 * outputs of a data set; of one that is brought, its name is that with the version. Throws with code `usage` for a name outside the grammar, for images too small for the model, for
 * vectors where it needs images, and for texts where it reads numbers.
 */
export function parseModel(asked: string, context: ModelContext): Model {
  requireFields("parseModel", context, ["shape", "outputs"]);
  const { shape, outputs, vocabulary, head } = context;
  if (typeof asked !== "string") failUnknown(asked);
  const { name, base, family } = familyOf(asked);
  const parts = family.pattern.exec(base)!.groups ?? {};
  if (family.least) {
    if (vocabulary !== undefined) failTexts(name);
    checkSize(name, shape, family.least(parts));
  }
  const ofTexts = { ...(vocabulary !== undefined && { vocabulary }), ...(head && { head }) };
  const model = family.build({ name, input: shape, outputs, ...ofTexts }, parts);
  return vocabulary === undefined || model.column === "tokens" ? model : failTexts(name);
}

/** The models whose layers may have these sizes and that fit the data, each built when it is asked for. */
export function* modelsLike(sizes: LayerSizes, context: ModelContext): Generator<Model> {
  if (context.vocabulary !== undefined) return;
  for (const { value, version } of families.entries()) {
    const { pattern, least, variants } = value;
    for (const name of variants?.(sizes) ?? []) {
      const parts = pattern.exec(name)?.groups;
      const [, height = 0, width = 0] = context.shape;
      if (!parts || (least && (context.shape.length !== 3 || Math.min(height, width) < least(parts)))) continue;
      yield parseModel(version === undefined ? name : `${name}@${version}`, context);
    }
  }
}

function failUnknown(name: string): never {
  const brought = families.entries().flatMap(({ version, value }) => (version === undefined ? [] : [value.grammar]));
  const meant = nearest(String(name), [...LIKELY, ...brought]);
  const rule = `must be one of ${modelNames().join(", ")}`;
  return fail("usage", "model", { rule, got: name, remedy: meant ? `Did you mean ${JSON.stringify(meant)}?` : "" });
}

function checkSize(name: string, shape: ModelContext["shape"], least: number): void {
  if (shape.length !== 3) failVector(name, shape);
  const [, height, width] = shape as [number, number, number];
  if (Math.min(height, width) >= least) return;
  const variant = FAMILIES.some(({ pattern }) => pattern.test(`${name}-cifar`));
  fail("usage", "model", {
    rule: `${name} needs images of at least ${least}x${least} pixels`,
    got: `${height}x${width}`,
    remedy: variant ? `Use ${name}-cifar` : "",
  });
}

function failTexts(name: string): never {
  const remedy = "Use a model of texts, such as bert-2x64";
  return fail("usage", "model", { rule: `${name} needs numbers or images`, got: "texts", remedy });
}

function failVector(name: string, shape: ModelContext["shape"]): never {
  const rule = `${name} needs images, [channels, height, width]`;
  return fail("usage", "model", { rule, got: `[${shape}]`, remedy: "Use an MLP, such as mlp-64-64" });
}
