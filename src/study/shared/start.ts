/** What trainings begin with in place of weights that are drawn: those of a file at iteration 0, behind the mask it has. */
import { fail } from "../../base/errors.ts";
import { grouped, type Option, text } from "../option.ts";
import { need, type TrainingOptions } from "./options.ts";

/** Of studies that train from an initialisation. The command line reads the file, and gives its name and SHA-256 in its place. */
export const START_OPTIONS: readonly Option[] = grouped("weights", [
  {
    name: "from",
    value: "file",
    description: "weights at iteration 0, in place of those that are drawn, behind the mask in the file",
    fallback: "none, weights are drawn",
    read: text,
  },
  {
    name: "mask",
    value: "file",
    description: "masks of these weights, where they are in a file of their own",
    read: text,
    need: need("from", ({ from }) => from !== undefined, ["from"]),
  },
]);

/** Refuses a pruned network where a study makes its masks of whole ones. */
export function refuseMasked(study: string, { from }: Pick<TrainingOptions, "from">): void {
  if (!from?.masked) return;
  const rule = `${study} makes its masks of whole networks, and ${from.name} is pruned`;
  fail("usage", "from", { rule, remedy: "Name a file without masks, or ask imp for it" });
}
