/** What a report says of strong tickets. */
import { grouped } from "../../figure/draw/text.ts";
import { table } from "../../figure/tables.ts";
import { CONSTRUCTIONS } from "../../strong/compile.ts";
import type { StudyReport } from "../kind.ts";
import { failuresText, measuredTables, STRONG_COLUMNS, short, strongLines } from "./columns.ts";
import { type NetworkRow, type PopupRow, rowsOf, type StrongRow, type TrialsRow } from "./rows.ts";
import { attentionSlope, growthOf, sumSlope } from "./slopes.ts";
import { POPUP_FORMS } from "./spec.ts";

const GLOSSARY = [
  ["Strong ticket", "a subnetwork of a random network that performs as a trained one does without any training"],
  ["Target", "the network that is to be found inside the random one"],
  ["Epsilon", "how nearly every weight of the target must be met"],
  ["Delta", "the probability with which a random network may fail, for all its weights together"],
  ["Random", "weights and biases of the whole random network, of which those that no mask keeps need never be there"],
  ["Candidates", "those of them that the construction may use: the blocks of its gadgets"],
  ["Kept", "the part of the candidates that the mask keeps"],
  ["Missed", "weights of the target that no subset brings within epsilon, which take the nearest subset"],
  ["Linear relaxation", "sums of candidates in place of weights, without ReLU and products: no random network"],
] as const;

/** The report of a run. */
export function strongReport(rows: readonly StrongRow[]): StudyReport {
  const cells = strongLines(rows).map((line) => STRONG_COLUMNS.map(({ cell }) => cell(line, undefined as never)));
  const header = STRONG_COLUMNS.map((column) => column.header as string);
  const measured = measuredTables(rows).map((each) => ({ title: each.title!, html: table(each.header, each.cells) }));
  const findings = [
    ...rowsOf(rows, "network").map(networkFinding),
    ...popupFindings(rows),
    ...rowsOf(rows, "trials").map(trialsFinding),
    ...slopes(rows),
  ];
  return {
    findings,
    sections: [{ title: "Constructions", html: table(header, cells) }, ...measured],
    glossary: GLOSSARY,
  };
}

/** A network in a sentence. */
export function networkFinding(row: NetworkRow): string {
  const { construction, model, epsilon, targetAccuracy, testAccuracy, missed, weights, randomParameters } = row;
  const [built, target] = [testAccuracy, targetAccuracy].map((share) => (100 * share).toFixed(2));
  const where =
    construction === "linear-relaxation"
      ? `by sums of ${grouped(randomParameters)} numbers, which are not a network,`
      : `inside a random network of ${grouped(randomParameters)} weights`;
  return `${construction} at epsilon ${epsilon}: ${model} ${where} scores ${built} %, its target ${target} %; ${grouped(missed)} of ${grouped(weights)} weights missed, the worst by ${short(row.maxWeightError)}.`;
}

/** Trials in a sentence. */
export function trialsFinding(row: TrialsRow): string {
  const { construction, sizes, epsilon, delta, failures, signed } = row;
  const held = failures.high <= delta ? "within" : "not shown to be within";
  return `${construction} at epsilon ${epsilon}: of random networks for ${sizes.join("-")}${signed ? " with inputs of both signs" : ""}, ${failuresText(row)} failed, ${held} delta ${delta}.`;
}

/** The networks of equal size, in a sentence for each size. */
function popupFindings(rows: readonly StrongRow[]): string[] {
  const all = rowsOf(rows, "popup").filter(({ testAccuracy }) => testAccuracy !== null);
  const byForm = POPUP_FORMS.map((form) => {
    const own = all.filter((row) => row.form === form);
    const models = [...new Set(own.map(({ model }) => model))];
    return models.map((model) => own.filter((row) => row.model === model));
  });
  const mean = (own: readonly PopupRow[]) =>
    (100 * own.reduce((sum, row) => sum + row.testAccuracy! / own.length, 0)).toFixed(2);
  return Array.from({ length: Math.max(...byForm.map(({ length }) => length)) }, (_, size) => {
    const networks = byForm.flatMap((models) => (models[size] ? [models[size]] : []));
    const [{ keptFraction }] = networks[0] as [PopupRow];
    const share = keptFraction === 0.5 ? "half" : `${short(100 * keptFraction)} %`;
    const reached = networks.map((own) => `${mean(own)} % in ${own[0]!.model}`);
    const others = reached.length > 1 ? `, and ${reached.slice(1).join(" and ")}, which has as many weights` : "";
    return `Edge-popup that keeps ${share} reaches ${reached[0]}${others}.`;
  });
}

function slopes(rows: readonly StrongRow[]): string[] {
  const units = CONSTRUCTIONS.filter((name) => rowsOf(rows, "units").some((row) => row.construction === name));
  const attention = rowsOf(rows, "attention").length > 1 ? [-attentionSlope(rows, "outputError")] : [];
  const sums = (["uniform", "products"] as const).filter((law) => rowsOf(rows, "sums").some((row) => row.law === law));
  return [
    ...units.map((name) => {
      const { power, perBit } = growthOf(rows, name);
      const growth =
        name === "malach"
          ? `as (1 / epsilon)^${power.toFixed(2)}`
          : `by ${perBit.toFixed(1)} for each bit of 1 / epsilon`;
      return `Units that ${name} needs for a weight grow ${growth}.`;
    }),
    ...sums.map(
      (law) =>
        `log2 of the median distance of the nearest subset falls by ${(-sumSlope(rows, law)).toFixed(2)} a candidate (${law}).`,
    ),
    ...attention.map(
      (bits) => `log2 of the error of attention falls by ${bits.toFixed(2)} for each hidden dimension of an input.`,
    ),
  ];
}
