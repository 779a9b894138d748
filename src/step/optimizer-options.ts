/** An optimizer's options in the schema of a specification: the rules are those of its row in the table of optimizers. */
import { z } from "zod";
import { type OptimizerOptions, optimizerIssue } from "../train/optimizer.ts";

export const optimizerOptions = z.custom<OptimizerOptions>().superRefine((value, context) => {
  const issue = optimizerIssue(value);
  if (issue) context.addIssue({ code: "custom", path: [...issue.path], message: issue.message });
});
