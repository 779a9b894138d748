/**
 * What all applications of models in one graph share, so that a model may be applied as often as wanted: a parameter and a
 * value of the host are there once, a running statistic follows one application, and dropout and noise are numbered through.
 */
import { fail } from "../base/errors.ts";
import { type Builder, type Node, sameShape } from "../graph/types.ts";
import { isTrained, type Parameter } from "./network.ts";

/** A parameter's node, which an optimizer may update. */
export type ParameterNode = Node & { readonly op: "parameter" };

/** How a model is applied. */
export interface ApplyOptions {
  readonly training: boolean;
  /** Examples of a batch by which a model of sequences packs the positions of its logits; absent: not at all. */
  readonly batch?: number;
  /**
   * Whether running statistics follow this application in training form. Where nothing is said, they follow the first
   * application in a scope; since a value is updated once, `true` takes the place of an earlier one.
   */
  readonly track?: boolean;
}

/** Where models are applied. */
export interface Scope {
  readonly graph: Builder;
  /** The node of a parameter, made at the first call. Throws `usage` where the name stands for another shape, or both for a frozen and a trained one. */
  parameter(parameter: Parameter): Node;
  /** A value that the host writes before each run, without a batch. */
  input(name: string, shape: readonly number[]): Node;
  /** What `make` gives, made at the first call under this name. */
  once(name: string, make: () => Node): Node;
  /** 0, 1, ...: tells draws of a stream from each other. */
  number(stream: "dropout" | "noise"): number;
  /**
   * Lets a running statistic follow a batch: the first that asks, or the last that says `track: true`; none that says
   * `track: false`, and none where the statistic is frozen. `make` gives the `running_update`.
   */
  follow(statistic: Node, make: () => Node, options: { readonly track?: boolean | undefined }): void;
  /** Adds to the loss a term of shape `[1]`, once under each name. */
  penalise(name: string, make: () => Node): void;
  /** The same graph for a network whose parameters are called `PREFIX/NAME`: a target network, or one end of a path. */
  under(prefix: string): Scope;
  /** All parameters so far, with their names in the graph, in the order in which they were asked for. */
  parameters(): readonly Parameter[];
  /** The nodes of those that are trained and not frozen. */
  trained(): readonly ParameterNode[];
  /** One update for each running statistic that follows a batch. */
  updates(): readonly Node[];
  /** The terms of the penalty, by name. */
  penalties(): ReadonlyMap<string, Node>;
}

interface Declared {
  readonly parameter: Parameter;
  readonly node: Node;
}

interface State {
  readonly graph: Builder;
  readonly declared: Map<string, Declared>;
  readonly inputs: Map<string, Node>;
  readonly made: Map<string, Node>;
  readonly numbers: { dropout: number; noise: number };
  readonly updates: Map<string, Node>;
  readonly penalties: Map<string, Node>;
}

/** A scope without any application yet. */
export function createScope(graph: Builder): Scope {
  const maps = { declared: new Map(), inputs: new Map(), made: new Map(), updates: new Map(), penalties: new Map() };
  return scopeOf({ graph, ...maps, numbers: { dropout: 0, noise: 0 } }, "");
}

function scopeOf(state: State, prefix: string): Scope {
  const { graph, declared, numbers, updates, penalties } = state;
  const all = () => [...declared.values()];
  return {
    graph,
    parameter: (parameter) => declare(state, { ...parameter, name: prefix + parameter.name }),
    input: (name, shape) => memo(state.inputs, name, () => graph.node("input", [], { name, shape, layout: "plain" })),
    once: (name, make) => memo(state.made, prefix + name, make),
    number: (stream) => numbers[stream]++,
    follow: (statistic, make, { track }) => follow(state, statistic, { make, track }),
    penalise: (name, make) => void memo(penalties, prefix + name, make),
    under: (inner) => scopeOf(state, `${prefix}${inner}/`),
    parameters: () => all().map(({ parameter }) => parameter),
    trained: () => all().flatMap(({ parameter, node }) => (node.op === "parameter" && !parameter.frozen ? [node] : [])),
    updates: () => [...updates.values()],
    penalties: () => penalties,
  };
}

function memo(known: Map<string, Node>, name: string, make: () => Node): Node {
  const node = known.get(name) ?? make();
  known.set(name, node);
  return node;
}

function declare({ graph, declared }: State, parameter: Parameter): Node {
  const { name, shape } = parameter;
  const known = declared.get(name);
  if (known) {
    checkAlike(known.parameter, parameter);
    return known.node;
  }
  const node = graph.node(isTrained(parameter) ? "parameter" : "statistic", [], { name, shape });
  declared.set(name, { parameter, node });
  return node;
}

function checkAlike(known: Parameter, { name, shape, frozen = false }: Parameter): void {
  if (!sameShape(known.shape, shape)) {
    const remedy = "Give each layer a name of its own";
    fail("usage", name, { rule: `a parameter has one shape, here [${known.shape}]`, got: `[${shape}]`, remedy });
  }
  if ((known.frozen ?? false) !== frozen) {
    const remedy = 'Apply the frozen model under a prefix, such as scope.under("target")';
    fail("usage", name, { rule: "a parameter is trained or frozen throughout a graph", got: "both", remedy });
  }
}

interface Following {
  readonly make: () => Node;
  readonly track: boolean | undefined;
}

function follow({ declared, updates }: State, statistic: Node, { make, track }: Following): void {
  const { name } = statistic.attributes as { name: string };
  if (track === false || declared.get(name)?.parameter.frozen) return;
  if (track || !updates.has(name)) updates.set(name, make());
}
