/** Building graphs. A graph is its nodes in order of creation, which is a topological order. */
import { checkPair } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { failNone } from "../base/registry.ts";
import { OPS } from "./ops/index.ts";
import type { Builder, Node, OpAttributes, OpName, Type } from "./types.ts";

/** A finished graph: named results, and updates that run after everything else. */
export interface Graph {
  readonly nodes: readonly Node[];
  /** Results the host may read, by name. */
  readonly outputs: ReadonlyMap<string, Node>;
  /** In-place updates, in the order they run. */
  readonly updates: readonly Node[];
}

/** A graph in the making. */
export interface GraphBuilder extends Builder {
  readonly nodes: readonly Node[];
  finish(outputs: Record<string, Node>, updates?: readonly Node[]): Graph;
}

/** Starts an empty graph. Nodes throw with code `usage` when operands do not fit their op. */
export function createGraph(): GraphBuilder {
  const nodes: Node[] = [];
  return {
    nodes,
    node(op, inputs, attributes) {
      const type = typeOf(op, inputs, attributes);
      const node = { id: nodes.length, op, inputs, attributes, type } as unknown as Node;
      nodes.push(node);
      return node;
    },
    finish: (outputs, updates = []) => ({ nodes: [...nodes], outputs: new Map(Object.entries(outputs)), updates }),
  };
}

function failOp(op: string): never {
  return failNone(op, { where: "op", names: Object.keys(OPS) });
}

/** Attributes that have a number for the rows and one for the columns, by op. */
const PAIRS: Readonly<Partial<Record<OpName, readonly string[]>>> = {
  convolution: ["stride", "padding", "dilation"],
  max_pool: ["kernel", "stride", "padding"],
  average_pool: ["kernel", "stride", "padding"],
};

function checkPairs(op: OpName, attributes: object): void {
  for (const name of PAIRS[op] ?? []) {
    const value = (attributes as Readonly<Record<string, unknown>> | undefined)?.[name];
    const remedy = typeof value === "number" ? `Write [${value}, ${value}]` : "Write [1, 1], say";
    checkPair(name, { both: value, given: value }, { of: op, words: "two whole numbers,", remedy });
  }
}

/** The type that an op's shape rule gives; throws where the number of operands or their types are wrong. */
export function typeOf<K extends OpName>(op: K, inputs: readonly Node[], attributes: OpAttributes[K]): Type {
  const { operands, shape } = OPS[op] ?? failOp(op);
  checkPairs(op, attributes);
  const least = operands.filter((name) => !name.endsWith("?")).length;
  const most = operands.at(-1)?.endsWith("...") ? Number.POSITIVE_INFINITY : operands.length;
  if (inputs.length < least || inputs.length > most)
    fail("usage", op, {
      rule: `takes the operands ${operands.join(", ") || "(none)"}`,
      got: `${inputs.length} of them`,
    });
  return (shape as (inputs: readonly Type[], attributes: OpAttributes[K], op: string) => Type)(
    inputs.map((input) => input.type),
    attributes,
    op,
  );
}
