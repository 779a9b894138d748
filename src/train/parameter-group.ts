/** Groups of parameters that an optimizer treats in another way: with another rate, with another or no weight decay. */
import { z } from "zod";
import { fail } from "../base/errors.ts";
import type { Role } from "../model/network.ts";

/** Roles of parameters that an optimizer updates. */
const ROLES = ["weight", "bias", "scale", "shift"] as const satisfies readonly Role[];

/**
 * A group, as plain data: parameters of one of `roles` whose name fits one of `names` (`*` stands for anything, as in
 * `fc1.*`); one of the two may be absent. Their rate is multiplied by `rate`, `weightDecay` takes the place of the optimizer's.
 */
export const parameterGroup = z
  .strictObject({
    roles: z.array(z.enum(ROLES)).min(1).readonly().optional(),
    names: z.array(z.string().min(1)).min(1).readonly().optional(),
    rate: z.number().positive().optional(),
    weightDecay: z.number().min(0).optional(),
  })
  .refine(({ roles, names }) => roles ?? names, "must say whose it is: roles, names or both")
  .refine(({ rate, weightDecay }) => (rate ?? weightDecay) !== undefined, "must set rate, weightDecay or both");

export type ParameterGroup = z.infer<typeof parameterGroup>;

/** A parameter as a group sees it; one that its model does not list has no role. */
export interface Grouped {
  readonly name: string;
  readonly role: Role | undefined;
}

/**
 * Each parameter's group, the first that it is in; undefined where it is in none.
 * Throws `usage` for a group that no parameter is left for.
 */
export function groupsOf(
  groups: readonly ParameterGroup[],
  parameters: readonly Grouped[],
): readonly (ParameterGroup | undefined)[] {
  const found = parameters.map((parameter) => groups.find((group) => isIn(group, parameter)));
  const empty = groups.findIndex((group) => !found.includes(group));
  if (empty >= 0)
    fail("usage", `optimizer.groups.${empty}`, {
      rule: "must have a parameter that no group before it has",
      got: JSON.stringify(groups[empty]),
      remedy: `The model has ${parameters.map(({ name }) => name).join(", ")}`,
    });
  return found;
}

function isIn({ roles, names }: ParameterGroup, { name, role }: Grouped): boolean {
  const hasRole = roles === undefined || roles.some((each) => each === role);
  return hasRole && (names === undefined || names.some((pattern) => fits(pattern, name)));
}

/** Whether a name fits a pattern in which `*` stands for any text. */
function fits(pattern: string, name: string): boolean {
  const literal = (text: string) => text.replace(/[^\w]/g, "\\$&");
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`).test(name);
}
