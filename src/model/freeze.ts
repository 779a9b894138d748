/** Frozen parameters: they belong to the network as before, but training neither differentiates nor updates them. */
import { fail } from "../base/errors.ts";
import { nearest } from "../base/suggest.ts";
import type { Model } from "./model.ts";
import type { Parameter } from "./network.ts";
import type { Scope } from "./scope.ts";

/**
 * The model with these parameters frozen, all of them where none are named: no gradient, no decay, no optimizer state, and
 * running statistics that follow no batch. Throws `usage` for a name that is no parameter's.
 */
export function freeze(
  model: Model,
  which: readonly string[] | ((parameter: Parameter) => boolean) = () => true,
): Model {
  const names = new Set(typeof which === "function" ? model.parameters.filter(which).map(nameOf) : which);
  for (const name of names) checkName(model, name);
  const mark = (parameter: Parameter): Parameter =>
    names.has(parameter.name) ? { ...parameter, frozen: true } : parameter;
  return marked(model, mark);
}

/** The same model whose parameters are what `mark` makes of them. */
export function marked(model: Model, mark: (parameter: Parameter) => Parameter): Model {
  return {
    ...model,
    parameters: model.parameters.map(mark),
    apply: (scope, x, options) => model.apply(marking(scope, mark), x, options),
  };
}

const nameOf = ({ name }: Parameter) => name;

function checkName({ name: model, parameters }: Model, name: string): void {
  const names = parameters.map(nameOf);
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  const rule = `must be parameters of ${model}, which are ${names.join(", ")}`;
  fail("usage", "freeze", { rule, got: name, remedy: meant ? `Did you mean ${JSON.stringify(meant)}?` : "" });
}

/** A scope whose parameters are marked as they are asked for. */
function marking(scope: Scope, mark: (parameter: Parameter) => Parameter): Scope {
  return {
    ...scope,
    parameter: (parameter) => scope.parameter(mark(parameter)),
    under: (prefix) => marking(scope.under(prefix), mark),
  };
}
