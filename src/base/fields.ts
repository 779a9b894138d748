/** Rules of plain data field by field, for what a page loads too: the first broken one, with its place and its words. */

/** What is wrong with a value: the rule that is broken, and the field or the place in a list where. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The first rule that a value breaks; null where it keeps all. */
export type Rule = (value: unknown) => Issue | null;

const broken = (message: string, path: Issue["path"] = []): Issue => ({ path, message });

/** A finite number that `holds`, which `words` say: `from 0 to 1`. */
export function numberField(words: string, holds: (value: number) => boolean): Rule {
  return (value) =>
    typeof value === "number" && Number.isFinite(value) && holds(value) ? null : broken(`must be a number ${words}`);
}

export const booleanField: Rule = (value) => (typeof value === "boolean" ? null : broken("must be true or false"));

/** A text that is not empty, or one of `names` where they are given. */
export function textField(names?: readonly string[]): Rule {
  const message = names ? `must be one of ${names.join(", ")}` : "must be a text that is not empty";
  return (value) =>
    typeof value === "string" && (names ? names.includes(value) : value !== "") ? null : broken(message);
}

/** A list of one or more, each keeping `rule`. */
export function listField(rule: Rule): Rule {
  return (value) => {
    if (!Array.isArray(value) || value.length === 0) return broken("must be a list of at least one");
    return first(value, (each, place) => within(place, rule(each)));
  };
}

/** Fields by name and no others; those whose name ends in `?` may be absent. */
export function fieldsOf(rules: Readonly<Record<string, Rule>>): Rule {
  const all = Object.entries(rules).map(([name, rule]) => {
    const optional = name.endsWith("?");
    return { name: optional ? name.slice(0, -1) : name, optional, rule };
  });
  const names = all.map(({ name }) => name);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return broken(`must be an object of ${names.join(", ")}`);
    }
    const given = value as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) return broken(`is no field; there are ${names.join(", ")}`, [unknown]);
    return first(all, ({ name, optional, rule }) =>
      optional && given[name] === undefined ? null : within(name, rule(given[name])),
    );
  };
}

function within(place: string | number, issue: Issue | null): Issue | null {
  return issue && { ...issue, path: [place, ...issue.path] };
}

/** The first issue that is found among many. */
function first<T>(many: readonly T[], find: (each: T, place: number) => Issue | null): Issue | null {
  for (const [place, each] of many.entries()) {
    const issue = find(each, place);
    if (issue) return issue;
  }
  return null;
}
