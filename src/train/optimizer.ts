/** The optimizers: one row each says its options, what it keeps for a parameter, its update, and what changes each step. */
import { power } from "../base/exact.ts";
import { booleanField, fieldsOf, type Issue, listField, numberField, type Rule, textField } from "../base/fields.ts";
import { addTo, createRegistry } from "../base/registry.ts";
import type { Builder, Node } from "../graph/types.ts";
import { type ParameterGroup, parameterGroup } from "./parameter-group.ts";

/** What the update kernels read at one update. */
type Control = readonly [number, number, number];

/** Options of every optimizer beside its own. */
interface CommonOptions {
  /** L2 of `sgd` and `adam`, decoupled of `sgdw` and `adamw`; 0 or above. */
  readonly weightDecay: number;
  /** Groups of parameters that are treated in another way. */
  readonly groups?: readonly ParameterGroup[] | undefined;
  /** The most that the length of all gradients together may be, of kept entries; above 0. Absent: any (Pascanu et al. 2013). */
  readonly clipNorm?: number | undefined;
}

interface Momentum extends CommonOptions {
  /** From 0, for plain SGD, to 1. */
  readonly momentum: number;
  readonly nesterov: boolean;
}

interface Moments extends CommonOptions {
  /** How much of the running means of gradients and of their squares is kept at an update; from 0 to below 1. */
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the root of the mean square; above 0. */
  readonly epsilon: number;
}

/** SGD with L2 weight decay, as plain data. */
export interface SgdOptions extends Momentum {
  readonly name: "sgd";
}

/** SGD with decoupled weight decay. */
interface SgdwOptions extends Momentum {
  readonly name: "sgdw";
}

/** SGD whose parameters are projected onto an interval after every update. */
interface SgdpOptions extends Momentum {
  readonly name: "sgdp";
  /** The interval's lower end; 0 or below. */
  readonly low: number;
  /** Its upper end; 0 or above. */
  readonly high: number;
}

/** Adam, with L2 weight decay or, as `adamw`, with decoupled. */
export interface AdamOptions extends Moments {
  readonly name: "adam" | "adamw";
}

/** An optimizer that is brought, `NAME@VERSION`, with the options that it says it has. */
export interface BroughtOptimizer extends CommonOptions {
  readonly name: `${string}@${string}`;
}

/** An optimizer and its options, as plain data. */
export type OptimizerOptions = SgdOptions | SgdwOptions | SgdpOptions | AdamOptions | BroughtOptimizer;

/** What an optimizer does with options O. */
interface Row<O> {
  /** The rules of its own options. */
  readonly fields: Readonly<Record<string, Rule>>;
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

/** A row as the table has it, whatever options the others have. */
const row = <O extends OptimizerOptions>(does: Row<O>) => does;

const MOMENTUM = { momentum: numberField("from 0 to 1", (value) => value >= 0 && value <= 1), nesterov: booleanField };
const beta = numberField("from 0 to below 1", (value) => value >= 0 && value < 1);
const ADAM = { beta1: beta, beta2: beta, epsilon: numberField("above 0", (value) => value > 0) };

const adamSlots = () => ["m", "v"];
const adamUpdate =
  (decoupled: boolean) =>
  (graph: Builder, operands: readonly Node[], { beta1, beta2, epsilon, weightDecay }: AdamOptions) =>
    graph.node("adam_update", operands, { beta1, beta2, epsilon, weightDecay, decoupled });

/** `[rate, rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)]`: bias correction (Kingma & Ba 2015, algorithm 1). */
const adamControl = ({ beta1, beta2 }: AdamOptions, rate: number, updates: number): Control => [
  rate,
  rate / (1 - power(beta1, updates)),
  1 / Math.sqrt(1 - power(beta2, updates)),
];

/** What both have; the rate is that of Frankle & Carbin's LeNet (2019). */
const adamRow = { fields: ADAM, rate: 0.0012, slots: adamSlots, control: adamControl };
const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** All optimizers by name. */
export const OPTIMIZERS = {
  /** Plain, momentum or Nesterov SGD, with L2 weight decay (PyTorch's SGD). */
  sgd: row<SgdOptions>({
    fields: MOMENTUM,
    rate: 0.1,
    defaults: { momentum: 0, nesterov: false, weightDecay: 0 },
    slots: ({ momentum }) => (momentum > 0 ? ["m"] : []),
    update: (graph, operands, { momentum, weightDecay, nesterov }) =>
      graph.node("sgd_update", operands, { momentum, weightDecay, nesterov }),
    control: (_, rate) => [rate, rate, 1],
  }),
  /** SGD with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 1). */
  sgdw: row<SgdwOptions>({
    fields: MOMENTUM,
    rate: 0.1,
    defaults: { momentum: 0, nesterov: false, weightDecay: 0.01 },
    slots: ({ momentum }) => (momentum > 0 ? ["m"] : []),
    update: (graph, operands, { momentum, weightDecay, nesterov }) =>
      graph.node("sgdw_update", operands, { momentum, weightDecay, nesterov }),
    control: (_, rate) => [rate, rate, 1],
  }),
  /** SGD whose parameters are projected onto an interval with 0 in it after every update: projected gradient descent. */
  sgdp: row<SgdpOptions>({
    fields: {
      ...MOMENTUM,
      low: numberField("of 0 or below", (value) => value <= 0),
      high: numberField("of 0 or above", (value) => value >= 0),
    },
    rate: 0.1,
    defaults: { momentum: 0, nesterov: false, weightDecay: 0, low: -1, high: 1 },
    slots: ({ momentum }) => (momentum > 0 ? ["m"] : []),
    update: (graph, operands, { momentum, weightDecay, nesterov, low, high }) =>
      graph.node("sgdp_update", operands, { momentum, weightDecay, nesterov, low, high }),
    control: (_, rate) => [rate, rate, 1],
  }),
  /** Adam with L2 weight decay (Kingma & Ba 2015, algorithm 1). */
  adam: row<AdamOptions>({
    ...adamRow,
    defaults: { ...adamDefaults, weightDecay: 0 },
    update: adamUpdate(false),
  }),
  /** Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2). */
  adamw: row<AdamOptions>({
    ...adamRow,
    defaults: { ...adamDefaults, weightDecay: 0.01 },
    update: adamUpdate(true),
  }),
};

type AnyRow = Row<OptimizerOptions>;
const rows = createRegistry("optimizer", OPTIMIZERS as unknown as Readonly<Record<string, AnyRow>>);

const common = {
  weightDecay: numberField("of 0 or above", (value) => value >= 0),
  "groups?": listField(parameterGroup),
  "clipNorm?": numberField("above 0", (value) => value > 0),
};

/** What is wrong with an optimizer's options; null where nothing is. Fields that it does not know are. */
export function optimizerIssue(options: unknown): Issue | null {
  const name = (options as Partial<OptimizerOptions> | null | undefined)?.name;
  const named = textField(rows.entries().map((entry) => entry.name));
  const issue = named(name);
  if (issue) return { ...issue, path: ["name"] };
  return fieldsOf({ name: named, ...rows.get(name!).value.fields, ...common })(options);
}

/** The options of an optimizer that is brought: numbers and switches by name, with the weight decay of its group. */
export type OptimizerSettings = Readonly<Record<string, number | boolean>> & { readonly weightDecay: number };

/** An optimizer to bring: an update made of ops, and what changes at each of them. */
export interface OptimizerDefinition {
  /** The learning rate where none is given. */
  readonly rate: number;
  /** Its options, numbers and switches, with their defaults; `weightDecay` is 0 where it is not among them. */
  readonly defaults?: Readonly<Record<string, number | boolean>>;
  /** Names of the state tensors that it keeps for each parameter, all 0 at first; default none. */
  readonly slots?: readonly string[];
  /**
   * Adds the update of one parameter; returns the node of one of the ops `sgd_update`, `sgdw_update` and `adam_update`.
   * @param operands the parameter, its control `[3]`, its gradient, and its slots in their order
   */
  update(graph: Builder, operands: readonly Node[], options: OptimizerSettings): Node;
  /**
   * The three numbers of the control at one update; default `[rate, rate, 1]`.
   * @param rate the learning rate of the iteration
   * @param updates 1, 2, ...: updates including this one since the state was 0
   */
  control?(options: OptimizerSettings, rate: number, updates: number): Control;
}

const brought = new WeakMap<OptimizerDefinition, Map<string, AnyRow>>();

/** Adds an optimizer; returns how specifications write it. Throws `usage` where another one has its name and version. */
export function registerOptimizer(name: string, definition: OptimizerDefinition, version: string): string {
  const known = brought.get(definition) ?? new Map<string, AnyRow>();
  const written = `${name}@${version}`;
  const own = known.get(written) ?? rowOfBrought(definition);
  brought.set(definition, known.set(written, own));
  return addTo(rows, name, own, version);
}

function rowOfBrought({ rate, defaults = {}, slots = [], ...does }: OptimizerDefinition): AnyRow {
  const all = { weightDecay: 0, ...defaults };
  const isNumber = numberField("that is finite", () => true);
  const own = Object.entries(defaults).map(([option, value]) => {
    return [option, typeof value === "boolean" ? booleanField : isNumber] as const;
  });
  const control = does.control?.bind(does) ?? ((_: unknown, asked: number): Control => [asked, asked, 1]);
  return {
    rate,
    defaults: all,
    fields: Object.fromEntries(own),
    slots: () => slots,
    update: does.update.bind(does),
    control,
  } as unknown as AnyRow;
}

/** The names of all optimizers. */
export function optimizerNames(): readonly string[] {
  return rows.names();
}

/** Asks an optimizer's row about its own options. */
function rowOf({ name }: Pick<OptimizerOptions, "name">): Row<OptimizerOptions> {
  return rows.get(name).value;
}

/** The learning rate of an optimizer where none is given. */
export function defaultRate(name: string): number {
  return rows.get(name).value.rate;
}

/**
 * An optimizer as it is where nothing is said, but for what is given of the options that it has. Throws `usage` for a name
 * that none has.
 */
export function optimizerOf(name: string, given: Readonly<Record<string, unknown>> = {}): OptimizerOptions {
  const { name: written, value } = rows.get(name);
  const own = Object.entries(given).filter(([option, each]) => each !== undefined && option in value.defaults);
  return { name: written, ...value.defaults, ...Object.fromEntries(own) } as OptimizerOptions;
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
