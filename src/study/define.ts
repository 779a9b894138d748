/** Studies in a few lines: what a kind of study needs at least, the rest as most have it. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { failNone } from "../base/registry.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { scoresNamed } from "../prune/scores.ts";
import type { Column, StudyKind, StudyRow, StudySpec } from "./kind.ts";
import { listOf, number, type Option, refuseUnused, text, type Values } from "./option.ts";
import type { Artifacts, Planned } from "./plan.ts";

/** What a specification is made of where nothing is said: text, numbers, switches and lists of texts, by field. */
export type StudyDefaults = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The specification of a study that is made by {@link defineStudy}: its defaults with what was asked for instead. */
export type DefinedSpec<D extends StudyDefaults> = StudySpec & {
  readonly [F in keyof D]: D[F] extends string ? string : D[F] extends number ? number : D[F];
};

type Plain = Readonly<Record<string, unknown>>;
type Kind = StudyKind<StudySpec, StudyRow, Plain>;

/** A study: what may be asked, the steps that answer it, and the table of the answer. */
export interface StudyDefinition<D extends StudyDefaults = StudyDefaults>
  extends Partial<Omit<Kind, "name" | "summary" | "plan" | "columns" | "rows">> {
  /** Of lower-case letters, digits and hyphens. */
  readonly name: string;
  /** What it asks, as help says it. */
  readonly summary: string;
  /** Its options with what they are where they are not given; `model`, `data` and `scores` mean those of every study. */
  readonly defaults: D;
  /**
   * Its steps, each after what it takes in, with labels; of those that make rows, the rows' first fields in `rows`.
   * @param datasets those that the field `data` names
   */
  plan(spec: DefinedSpec<D>, datasets: readonly Dataset[]): Iterable<Planned<Plain>>;
  /** The result table: what each column shows of a row, which has the fields of its place and those of its step's result. */
  readonly columns: Readonly<Record<string, (row: Plain & StudyRow) => string | number>>;
}

/**
 * Makes a kind of study: options follow from the defaults, a row is its place with its step's result, and a title names
 * the model and the data. Every member of a kind may be given instead. Throws `usage` naming a member that is missing.
 */
export function defineStudy<const D extends StudyDefaults>(definition: StudyDefinition<D>): StudyKind {
  requireFields("defineStudy", definition, ["name", "summary", "defaults", "plan", "columns"]);
  const { defaults, columns, ...own } = definition;
  const { name, presets = [] } = own;
  const options = own.options ?? Object.entries(defaults).map(optionOf);
  const table = Object.entries(columns);
  const kind: Kind = {
    ...{ examples: [], figures: [], parse: (spec: unknown) => spec as StudySpec },
    say: (row) => table.map(([header, cell]) => `${header} ${cell(row as never)}`).join(", "),
    title: (spec) => {
      const { model, data } = spec as StudySpec & Plain;
      return [name, ...(model ? [`of ${model}`] : []), ...(data ? [`on ${data}`] : [])].join(" ");
    },
    specOf(given: Values, base?: string | Values) {
      const named = typeof base === "string" ? presetNamed(presets, base) : base;
      const all: Record<string, unknown> = { ...defaults, ...named, ...given };
      refuseUnused(options, given, all);
      // What is brought is called with its version; models and data sets are, once the data are read.
      if (typeof all.scores === "string") all.scores = scoresNamed(all.scores).name;
      return { study: name, ...all };
    },
    ...own,
    ...{ presets, options },
    plan: own.plan as Kind["plan"],
    columns: table.map(([header, cell]): Column<StudyRow> => ({ header, cell: ([row]) => String(cell(row as never)) })),
    rows: (_, finished, artifacts) => rowsOf(finished, artifacts),
  };
  return kind as unknown as StudyKind;
}

function presetNamed(presets: Kind["presets"], got: string): Values {
  const found = presets.find(({ name }) => name === got);
  return (
    found?.options ??
    failPreset(
      got,
      presets.map(({ name }) => name),
    )
  );
}

function failPreset(got: string, names: readonly string[]): never {
  if (names.length > 0) failNone(got, { where: "preset", names });
  return fail("usage", "preset", { rule: "must be left out: the study has no presets", got });
}

function rowsOf(finished: readonly Planned<Plain>[], artifacts: Artifacts): Promise<StudyRow[]> {
  return Promise.all(
    finished.flatMap(({ request, rows = [] }) =>
      rows.map(async (place) => ({
        ...place,
        ...(await artifacts.result(request)),
        artifact: artifacts.key(request),
      })),
    ),
  );
}

const finite = number({ rule: "a number", holds: () => true });

function optionOf([name, fallback]: [string, StudyDefaults[string]]): Option {
  const description = name;
  if (typeof fallback === "boolean") return { name, description, ...(fallback && { off: true }) };
  if (typeof fallback === "string") return { name, value: "text", description, fallback, read: text };
  if (typeof fallback === "number")
    return { name, value: "number", description, fallback: String(fallback), read: finite };
  return { name, value: "names", description, fallback: fallback.join(","), read: listOf(text) };
}
