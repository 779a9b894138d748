/** Schemas of what may grow. */
import { z } from "zod";

/** A schema that is made anew for each value, for what registries hold may become more. */
export function current<T>(make: () => z.ZodType<T>): z.ZodType<T> {
  return z.custom<T>().superRefine((value, context) => {
    for (const issue of make().safeParse(value).error?.issues ?? []) context.addIssue({ ...issue } as never);
  });
}
