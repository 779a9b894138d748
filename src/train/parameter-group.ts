/** Groups of parameters that an optimizer treats in another way: with another rate, with another or no weight decay. */
import { fail } from "../base/errors.ts";
import { fieldsOf, listField, numberField, type Rule, textField } from "../base/fields.ts";
import type { Role } from "../model/network.ts";

/** Roles of parameters that an optimizer updates. */
const ROLES = ["weight", "bias", "scale", "shift"] as const satisfies readonly Role[];

/**
 * A group, as plain data: parameters of one of `roles` whose name fits one of `names`; one of the two may be absent. It sets
 * `rate`, `weightDecay` or both.
 */
export interface ParameterGroup {
  /** `weight`, `bias`, `scale` or `shift`. */
  readonly roles?: readonly (typeof ROLES)[number][] | undefined;
  /** `*` stands for anything, as in `fc1.*`. */
  readonly names?: readonly string[] | undefined;
  /** What the learning rate is multiplied by; above 0. */
  readonly rate?: number | undefined;
  /** Takes the place of the optimizer's; 0 or above. */
  readonly weightDecay?: number | undefined;
}

const groupFields = fieldsOf({
  "roles?": listField(textField(ROLES)),
  "names?": listField(textField()),
  "rate?": numberField("above 0", (value) => value > 0),
  "weightDecay?": numberField("of 0 or above", (value) => value >= 0),
});

/** The rules of a group. */
export const parameterGroup: Rule = (value) => {
  const issue = groupFields(value);
  if (issue) return issue;
  const { roles, names, rate, weightDecay } = value as ParameterGroup;
  if (!(roles ?? names)) return { path: [], message: "must say whose it is: roles, names or both" };
  if ((rate ?? weightDecay) === undefined) return { path: [], message: "must set rate, weightDecay or both" };
  return null;
};

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
