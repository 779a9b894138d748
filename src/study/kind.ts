/** A kind of study, whole: nothing else in the system names it. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Band } from "../figure/band.ts";
import type { AbsentFigure, Figure, FigureData } from "../figure/figure.ts";
import type { ReportSection } from "../figure/report.ts";
import type { StepDefinition } from "../step/definition.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { Measure } from "../task/task.ts";
import type { Comparison } from "./comparison.ts";
import type { Option, Values } from "./option.ts";
import type { Artifacts, Planned } from "./plan.ts";

/** Plain, complete data that determines every number of a study. */
export interface StudySpec {
  readonly study: string;
}

/** A row of a result table: plain JSON with the key of the artifact that it tells of. */
export interface StudyRow {
  readonly artifact: string;
}

/** Options under a name. */
export interface Preset {
  readonly name: string;
  /** What it is for, as help says it. */
  readonly summary: string;
  readonly options: Values;
  /** Whether its name alone, without the study's, asks for it. */
  readonly short?: boolean;
}

/** What one may ask for, and what it is good for. */
export interface Example {
  readonly preset?: string;
  readonly options?: Values;
  readonly summary: string;
}

/** A column of the result table. */
export interface Column<Row> {
  readonly header: string | ((measure: Measure) => string);
  /** The text of a line, which may stand for several rows. */
  cell(rows: readonly Row[], measure: Measure): string;
  /** Whether these rows have the column; absent: always. */
  has?(rows: readonly Row[]): boolean;
}

/** A table in plain text. */
export interface TextTable {
  readonly title?: string;
  readonly header: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** A figure of a study. What draws is loaded when it is asked for, since workers and help have no use for it. */
export interface FigureKind<Detail> {
  readonly name: string;
  draw(data: FigureData<Detail>): Promise<Figure | AbsentFigure>;
}

/** What a report says of a study beside its figures and options. */
export interface StudyReport {
  /** Sentences on what was found. */
  readonly findings: readonly string[];
  readonly sections: readonly ReportSection[];
  readonly glossary: readonly (readonly [word: string, meaning: string])[];
}

/** What an adaptive study runs with. */
export interface StudyContext<Place> {
  readonly datasets: readonly Dataset[];
  /** Carries a step out, with all that it takes in; resolves to what its artifact says of itself. */
  step(planned: Planned<Place>): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * A kind of study: `Spec` is its specification, `Place` says of a planned step which row it makes, `Detail` is a row with
 * what figures need beside it.
 */
export interface StudyKind<
  Spec extends StudySpec = StudySpec,
  Row extends StudyRow = StudyRow,
  Place = unknown,
  Detail extends Row = Row,
> {
  /** Of lower-case letters, digits and hyphens. */
  readonly name: string;
  /** What it asks, as help says it. */
  readonly summary: string;
  /** What may be asked; default of `defineStudy` one for each of its defaults. */
  readonly options: readonly Option[];
  /** Options under names; default of `defineStudy` none. */
  readonly presets: readonly Preset[];
  /** What help shows; default of `defineStudy` nothing. */
  readonly examples: readonly Example[];
  /** What help says beside; default nothing. */
  readonly notes?: string;
  /** Steps that only this study has; default none. */
  readonly steps?: readonly StepDefinition[];
  /**
   * The specification that options make, over those of a preset or of another specification; throws `usage` naming the
   * field that is wrong. Default of `defineStudy` its defaults with what is asked for in their place.
   * @param base the name of a preset, or what `baseOf` makes of a specification
   */
  specOf(options: Values, base?: string | Values): Spec;
  /** Checks plain data, such as the specification in a store; throws `usage` naming the field. Default of `defineStudy` it is taken. */
  parse(value: unknown): Spec;
  /** The field that holds parts with a `model` and `data` of their own; absent: the specification is such a part. */
  readonly parts?: string;
  /** Whether its data sets may be learnt by several tasks, whose measures its rows say themselves; default false. */
  readonly manyTasks?: boolean;
  /** Refuses what can be carried out and makes no sense; default nothing. */
  check?(spec: Spec, datasets: readonly Dataset[]): void;

  /**
   * The steps of the study, each after what it takes in, made as they are asked for; throws `usage` on what does not fit
   * the data. Of an adaptive study it holds at least all that may be asked for.
   */
  plan(spec: Spec, datasets: readonly Dataset[]): Iterable<Planned<Place>>;
  /** Whether the next step may depend on a result; {@link run} then says what is asked for. Default false. */
  readonly adaptive?: boolean;
  /** Asks for the steps of an adaptive study, one after the other; default none, for all others. */
  run?(spec: Spec, context: StudyContext<Place>): Promise<void>;

  /** The rows that finished steps make, one or all of the study, in its order. */
  rows(spec: Spec, finished: readonly Planned<Place>[], artifacts: Artifacts): Promise<Row[]>;
  /** What a row is of, in a word: rows of one kind fit one table. Default the study's name. */
  rowKind?(row: Row): string;
  /** Fields of rows that have two values, of the ends `a` and `b`; default none. */
  readonly twofold?: readonly string[];
  /** A row in a sentence, told when it is there; default of `defineStudy` its columns. */
  say(row: Row, measure: Measure): string;
  /** What a row warns of; default nothing. */
  warnings?(row: Row, artifacts: Pick<ArtifactStore, "readMeta">): Promise<readonly string[]>;
  /** The result table. */
  readonly columns: readonly Column<Row>[];
  /** The rows of each of its lines; absent: one each. */
  lines?(rows: readonly Row[]): readonly (readonly Row[])[];

  /** How its rows are compared; absent: they are not. */
  readonly comparison?: Comparison<Detail>;
  /** What a run is about, in words: the line under every figure's title. Default of `defineStudy` name, model and data. */
  title(spec: Spec): string;
  /** The lines of figures that show a part of the study alone, by their names. By default, and for the others, it is the title. */
  subtitles?(spec: Spec): Readonly<Record<string, string>>;
  /** Rows with what figures need beside them; absent: as they are. */
  details?(rows: readonly Row[], store: ArtifactStore): Promise<Detail[]>;
  /** What may be drawn of a run; default of `defineStudy` nothing. */
  readonly figures: readonly FigureKind<Detail>[];
  /** What bands and error bars show where that is not asked for; absent: the 95 % interval of the mean. */
  readonly band?: Band;
  /** What a report says beside figures; absent: nothing. */
  report?(rows: readonly Detail[], measure: Measure): Promise<StudyReport>;
  /** Sentences that are shown below the result table; default none. */
  remarks?(rows: readonly Row[], store: ArtifactStore): Promise<readonly string[]>;
  /** Tables that are shown behind the result table; default none. */
  tables?(rows: readonly Detail[], store: ArtifactStore, measure: Measure): Promise<readonly TextTable[]>;
  /** The result as JSON, by field; absent: `rows` alone. */
  json?(rows: readonly Detail[], measure: Measure): Readonly<Record<string, unknown>>;
}
