/** The options that name a data set and say what is learnt of it, for studies and verbs alike. */
import { CONSTANT_NAMES } from "../dataset/constants.ts";
import { numbersOf } from "../dataset/normalisation.ts";
import { checkDatasetName, DATA_FORMS, dataNames } from "../dataset/source/check.ts";
import { takersOf, takes } from "../dataset/source/name.ts";
import type { DataOption } from "../dataset/source/source.ts";
import { isBrought } from "../task/name.ts";
import { taskNames } from "../task/registry.ts";
import { grouped, listOf, type Need, type Option, oneOf, text } from "./option.ts";

/** The data set. */
export const DATA: Option = {
  name: "data",
  value: "name",
  brief: "mnist, fashion-mnist, cifar10, csv:FILE, folder:PATH@SIZE, npz:FILE, glue:TASK?vocab=FOLDER, ...",
  description: () => `data set: ${dataNames().join(", ")}; ${DATA_FORMS.join("; ")}`,
  read: checkDatasetName,
};

const of = (option: DataOption | "allow-missing"): Need => ({
  words: option === "mean" || option === "std" ? "data of images" : `data ${takersOf(option)}`,
  fields: ["data"],
  met: ({ data }) => data !== undefined && takes(String(data), option),
});

const statistic = (name: "mean" | "std", what: string): Option => ({
  name,
  value: "numbers",
  description: `${what} that pixels, scaled to 0..1, are normalised by: one number, or one a channel`,
  fallback: "those of the data set",
  read: (value) => numbersOf(name, value),
  need: of(name),
});

/** What may be said of it beside its name; each becomes part of the name. */
export const OF_DATA: readonly Option[] = grouped("data", [
  {
    name: "target",
    value: "columns",
    description: "columns of the table to tell, separated by commas",
    fallback: "the last one",
    read: listOf(text),
    need: of("target"),
  },
  {
    name: "task",
    value: "name",
    description: () => `what is learnt of a file: ${taskNames().join(", ")}`,
    fallback: "classification",
    read: oneOf(taskNames),
    need: {
      ...of("task"),
      words: `${of("task").words}, or a task that is brought`,
      met: ({ data, task }) =>
        data !== undefined && (takes(String(data), "task") || (task !== undefined && isBrought(String(task)))),
    },
  },
  {
    name: "test",
    value: "file",
    description: "table of the test rows",
    fallback: "a fifth of the rows, drawn once for all",
    read: text,
    need: of("test"),
  },
  statistic("mean", "mean"),
  statistic("std", "deviation"),
  {
    name: "normalise",
    value: "name",
    description: `mean and std that networks of others were trained with: ${CONSTANT_NAMES.join(", ")}`,
    fallback: "those of the data set",
    read: oneOf(CONSTANT_NAMES),
    need: of("mean"),
  },
  {
    name: "allowMissing",
    description: "leave out pictures of a folder that cannot be read, and let classes be empty",
    need: of("allow-missing"),
  },
]);
