/**
 * How a ticket is trained, as its file's metadata say under `recipe`: the parameters of the step `train`, which name the data
 * by their identity, and the SHA-256 of the tensors before and after.
 */
import { z } from "zod";
import { fail } from "../base/errors.ts";
import { optimizerOptions } from "./optimizer-options.ts";
import { type TrainParams, trainStep } from "./train.ts";

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256");

const shape = z.union([
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({ name: z.literal("step"), milestones: z.array(count), factor: z.number().positive() }),
  z.strictObject({ name: z.string(), end: count }),
]);

const training = z.strictObject({
  ...{ model: z.string().min(1), data: z.string().min(1), validation: count, batch: count.min(1) },
  loss: z.string(),
  optimizer: optimizerOptions,
  schedule: z.strictObject({ rate: z.number().positive(), shape, warmup: count }),
  ...{ seed: count, replicate: count, draw: count, from: count, to: count, evaluateEvery: count.min(1) },
  trainSize: count.min(1).optional(),
  augment: z.strictObject({ crop: count, flip: z.boolean() }).optional(),
});

/** The newest layout of recipes, which a file says in `format`. */
const FORMAT = 1;

const recipe = z.strictObject({
  format: z.literal(FORMAT),
  step: z.literal("train"),
  /** Of the step. */
  version: z.number(),
  /** Of the trained network, in the store that the file was written from. */
  key: sha256,
  /** The class of the engine's arithmetic that it was trained by. */
  arithmetic: z.string(),
  params: training,
  /** What weights were drawn by; absent where they came from elsewhere. */
  init: z.string().optional(),
  /** Of the tensors in the file. */
  start: sha256,
  /** Of the tensors of the trained network. */
  trained: sha256,
});

/** How a ticket is trained, and what comes of it. */
export type Recipe = z.infer<typeof recipe>;

/** Parameters of a training that does no more than a recipe can say; null of one that does, with what it is in words. */
export function plainTraining(params: TrainParams): Recipe["params"] | { readonly more: string } {
  const { method, cutWeights, trains, keeps, stretch, ...plain } = params;
  const more = { method: method?.name, cutWeights, trains, keeps, stretch: stretch && "longer" };
  const [said] = Object.entries(more).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const { shape } = plain.schedule;
  if (said !== undefined) return { more: said };
  if ("end" in shape && shape.end !== plain.to) return { more: `a schedule that ends at iteration ${shape.end}` };
  return plain as Recipe["params"];
}

/** The metadata of a ticket's file. */
export function recipeMetadata(said: Omit<Recipe, "format" | "step" | "version">): Record<string, string> {
  const { name: step, version } = trainStep;
  return { recipe: JSON.stringify({ format: FORMAT, step, version, ...said }) };
}

/** The recipe in a file's metadata; throws `data` where there is none, or one that is damaged or of another version. */
export function recipeIn(metadata: Readonly<Record<string, string>>, file: string): Recipe {
  const where = `${file}: recipe`;
  const read = parsed(metadata.recipe);
  if (typeof read !== "object" || read === null) {
    const rule = `the metadata must say how the ticket is trained`;
    const got = metadata.recipe === undefined ? "nothing" : "no JSON object";
    const remedy = "Write the file with `tombola export RUN --ticket`, or train it by `tombola run imp --from FILE`";
    return fail("data", where, { rule, got, remedy });
  }
  const { format, version } = read as Partial<Recipe>;
  if (format !== FORMAT || version !== trainStep.version) {
    const rule = `must be of format ${FORMAT} and of version ${trainStep.version} of the step train`;
    const got = `format ${JSON.stringify(format)}, version ${JSON.stringify(version)}`;
    return fail("data", where, { rule, got, remedy: "Repeat it with the release of Tombola that wrote the file" });
  }
  const { success, data, error } = recipe.safeParse(read);
  if (success) return data;
  const [issue] = error.issues;
  const remedy = "Get the file again, or export it again";
  return fail("data", [where, ...issue!.path].join("."), { rule: issue!.message, remedy });
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
