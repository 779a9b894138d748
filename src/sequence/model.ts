/** What makes a model of sequences of a function over its nodes. */
import { createGraph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { hostInput } from "../model/input.ts";
import type { Fitting, Heads, Model } from "../model/model.ts";
import { createScope } from "../model/scope.ts";
import { installSequences } from "./install.ts";
import type { Site } from "./layers.ts";

/** A model that reads tokens, `[time]`, from the column `tokens`, and whose parameters are those that `build` asks for. */
export function sequenceModel(fitting: Fitting, build: (site: Site, ids: Node) => Heads): Model {
  installSequences();
  const apply: Model["apply"] = (scope, x, options) => build({ ...options, scope }, x);
  const graph = createGraph();
  const scope = createScope(graph);
  apply(scope, hostInput(graph, fitting.input), { training: false });
  return { ...fitting, column: "tokens", parameters: scope.parameters(), apply };
}
