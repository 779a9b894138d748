/** The updates of all parameters of a model, each as its group has it, and the inputs that the host fills for them. */
import type { Builder, Node } from "../graph/types.ts";
import type { Role } from "../model/network.ts";
import { type OptimizerOptions, type Updated, updateNode } from "./optimizer.ts";
import { groupsOf } from "./parameter-group.ts";

/**
 * Adds the updates of all parameters, each as its group has it, and the inputs that {@link controlInputs} names as far as
 * an update reads them. Throws `usage` for a group that no parameter is left for.
 * @param roles by name; a parameter that is not there is found by its name alone
 */
export function updateNodes(
  graph: Builder,
  optimizer: OptimizerOptions,
  { updated, roles }: { updated: readonly Updated[]; roles: ReadonlyMap<string, Role> },
): Node[] {
  const controls = new Map<string, Node>();
  const controlOf = (factor: number): Node => {
    const name = controlName(factor);
    const control = controls.get(name) ?? graph.node("input", [], { name, shape: [3], layout: "plain" });
    controls.set(name, control);
    return control;
  };
  const named = updated.map(({ parameter: { attributes } }) => attributes.name);
  const groups = groupsOf(
    optimizer.groups ?? [],
    named.map((name) => ({ name, role: roles.get(name) })),
  );
  const { clipNorm: limit } = optimizer;
  const gradients = updated.map(({ gradient }) => gradient);
  const factor = limit && graph.node("clip_factor", gradients, { limit });
  return updated.map(({ parameter, gradient: whole }, index) => {
    const gradient = factor ? graph.node("scale_by", [whole, factor], {}) : whole;
    const { rate = 1, weightDecay = optimizer.weightDecay } = groups[index] ?? {};
    return updateNode(graph, { ...optimizer, weightDecay }, { parameter, gradient, control: controlOf(rate) });
  });
}

/** The inputs that the host fills each step with `controlValues`, at its rate times `factor`. */
export function controlInputs({ groups = [] }: OptimizerOptions): readonly { name: string; factor: number }[] {
  const factors = new Set([1, ...groups.map(({ rate = 1 }) => rate)]);
  return [...factors].map((factor) => ({ name: controlName(factor), factor }));
}

const controlName = (factor: number) => (factor === 1 ? "control" : `control:${factor}`);
