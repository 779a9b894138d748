/** The optimizers: one row each says its options, what it keeps for a parameter, its update, and what changes each step. */
import { z } from "zod";
import { power } from "../base/exact.ts";
import type { Builder, Node } from "../graph/types.ts";
import { parameterGroup } from "./parameter-group.ts";

/** What the update kernels read at one update. */
type Control = readonly [number, number, number];

/** What an optimizer does with options O. */
interface Row<O> {
  /** The learning rate where none is given. */
  readonly rate: number;
  /** Its options where they are not given. */
  readonly defaults: Omit<O, "name" | "groups">;
  /** Names of the state tensors that it keeps for each parameter. */
  slots(options: O): readonly string[];
  /** The update of a parameter; operands are the parameter, its control, its gradient and its slots. */
  update(graph: Builder, operands: readonly Node[], options: O): Node;
  /** @param updates t, the number of updates including this one since the optimizer state was zero */
  control(options: O, rate: number, updates: number): Control;
}

const fraction = z.number().min(0).max(1);

/** Options of every optimizer beside its own: L2 weight decay, and groups of parameters treated in another way. */
function optionsOf<N extends string, F extends z.ZodRawShape>(name: N, fields: F) {
  const groups = z.array(parameterGroup).min(1).readonly().optional();
  return z.strictObject({ name: z.literal(name), ...fields, weightDecay: z.number().min(0), groups });
}

/** A row as the table has it, its options checked against its schema. */
const row = <S extends z.ZodType>(options: S, does: Row<z.infer<S>>) => ({ options, ...does });

const ADAM = { beta1: fraction.lt(1), beta2: fraction.lt(1), epsilon: z.number().positive() };
type AdamFields = z.infer<z.ZodObject<typeof ADAM>> & { readonly weightDecay: number };

const adamSlots = () => ["m", "v"];
const adamUpdate =
  (decoupled: boolean) =>
  (graph: Builder, operands: readonly Node[], { beta1, beta2, epsilon, weightDecay }: AdamFields) =>
    graph.node("adam_update", operands, { beta1, beta2, epsilon, weightDecay, decoupled });

/** `[rate, rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)]`: bias correction (Kingma & Ba 2015, algorithm 1). */
const adamControl = ({ beta1, beta2 }: AdamFields, rate: number, updates: number): Control => [
  rate,
  rate / (1 - power(beta1, updates)),
  1 / Math.sqrt(1 - power(beta2, updates)),
];

/** What both have; the rate is that of Frankle & Carbin's LeNet (2019). */
const adamRow = { rate: 0.0012, slots: adamSlots, control: adamControl };
const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** All optimizers by name: options as plain data and a schema, which refuses what it does not know. */
export const OPTIMIZERS = {
  /** Plain, momentum or Nesterov SGD, with L2 weight decay (PyTorch's SGD). */
  sgd: row(optionsOf("sgd", { momentum: fraction, nesterov: z.boolean() }), {
    rate: 0.1,
    defaults: { momentum: 0, nesterov: false, weightDecay: 0 },
    slots: ({ momentum }) => (momentum > 0 ? ["m"] : []),
    update: (graph, operands, { momentum, weightDecay, nesterov }) =>
      graph.node("sgd_update", operands, { momentum, weightDecay, nesterov }),
    control: (_, rate) => [rate, rate, 1],
  }),
  /** SGD with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 1). */
  sgdw: row(optionsOf("sgdw", { momentum: fraction, nesterov: z.boolean() }), {
    rate: 0.1,
    defaults: { momentum: 0, nesterov: false, weightDecay: 0.01 },
    slots: ({ momentum }) => (momentum > 0 ? ["m"] : []),
    update: (graph, operands, { momentum, weightDecay, nesterov }) =>
      graph.node("sgdw_update", operands, { momentum, weightDecay, nesterov }),
    control: (_, rate) => [rate, rate, 1],
  }),
  /** SGD whose parameters are projected onto an interval with 0 in it after every update: projected gradient descent. */
  sgdp: row(
    optionsOf("sgdp", { momentum: fraction, nesterov: z.boolean(), low: z.number().max(0), high: z.number().min(0) }),
    {
      rate: 0.1,
      defaults: { momentum: 0, nesterov: false, weightDecay: 0, low: -1, high: 1 },
      slots: ({ momentum }) => (momentum > 0 ? ["m"] : []),
      update: (graph, operands, { momentum, weightDecay, nesterov, low, high }) =>
        graph.node("sgdp_update", operands, { momentum, weightDecay, nesterov, low, high }),
      control: (_, rate) => [rate, rate, 1],
    },
  ),
  /** Adam with L2 weight decay (Kingma & Ba 2015, algorithm 1). */
  adam: row(optionsOf("adam", ADAM), {
    ...adamRow,
    defaults: { ...adamDefaults, weightDecay: 0 },
    update: adamUpdate(false),
  }),
  /** Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2). */
  adamw: row(optionsOf("adamw", ADAM), {
    ...adamRow,
    defaults: { ...adamDefaults, weightDecay: 0.01 },
    update: adamUpdate(true),
  }),
};

export type OptimizerName = keyof typeof OPTIMIZERS;
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

type OptionsOf<N extends OptimizerName> = z.infer<(typeof OPTIMIZERS)[N]["options"]>;
/** An optimizer and its options, as plain data. */
export type OptimizerOptions = { [N in OptimizerName]: OptionsOf<N> }[OptimizerName];
export type SgdOptions = OptionsOf<"sgd">;
export type AdamOptions = OptionsOf<"adam"> | OptionsOf<"adamw">;

type Options = (typeof OPTIMIZERS)[OptimizerName]["options"];
/** The schema of any optimizer's options. */
export const optimizerOptions = z.discriminatedUnion(
  "name",
  Object.values(OPTIMIZERS).map(({ options }) => options) as [Options, ...Options[]],
);

/** Asks an optimizer's row about its own options. */
function rowOf({ name }: OptimizerOptions): Row<OptimizerOptions> {
  return OPTIMIZERS[name] as unknown as Row<OptimizerOptions>;
}

/** An optimizer as it is where nothing is said, but for what is given of the options that it has. */
export function optimizerOf(name: OptimizerName, given: Readonly<Record<string, unknown>> = {}): OptimizerOptions {
  const { defaults } = OPTIMIZERS[name];
  const own = Object.entries(given).filter(([option, value]) => value !== undefined && option in defaults);
  return { name, ...defaults, ...Object.fromEntries(own) } as OptimizerOptions;
}

/** The same optimizer without weight decay on any parameter. */
export function withoutDecay(optimizer: OptimizerOptions): OptimizerOptions {
  const groups = optimizer.groups?.map((group) => ({ ...group, weightDecay: 0 }));
  return { ...optimizer, weightDecay: 0, ...(groups && { groups }) };
}

/** Names of the state tensors that an optimizer keeps for each parameter. */
export function slotNames(optimizer: OptimizerOptions): readonly string[] {
  return rowOf(optimizer).slots(optimizer);
}

/** A parameter and its gradient. */
export interface Updated {
  readonly parameter: Node & { op: "parameter" };
  readonly gradient: Node;
}

/** Adds the update of one parameter, whatever groups there are; `control` is what {@link controlValues} fills. */
export function updateNode(
  graph: Builder,
  optimizer: OptimizerOptions,
  { parameter, gradient, control }: Updated & { control: Node },
): Node {
  const { name, shape } = parameter.attributes;
  const slots = slotNames(optimizer).map((slot) => graph.node("slot", [], { parameter: name, name: slot, shape }));
  return rowOf(optimizer).update(graph, [parameter, control, gradient, ...slots], optimizer);
}

/**
 * What update kernels read at one update: the rate, and the two that an optimizer's row says.
 * @param updates t, the number of updates including this one since the optimizer state was zero
 */
export function controlValues(optimizer: OptimizerOptions, rate: number, updates: number): Control {
  return rowOf(optimizer).control(optimizer, rate, updates);
}
