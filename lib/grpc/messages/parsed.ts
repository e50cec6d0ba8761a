import type { JsonObject } from "@bufbuild/protobuf";
import type { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { inputProblem } from "@/lib/api/router";

/** Input as its schema has it. Throws `invalid` with every wrong place, in the words of HTTP. */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw inputProblem(result.error.issues);
  return result.data;
}

/** What HTTP has in its path, of at most `idLengthMax` characters, and the rest. Throws `not-found` for what can be no id. */
export function idAndRest({ id, ...rest }: JsonObject, idLengthMax = 100): { id: string; rest: JsonObject } {
  if (typeof id !== "string" || id.length > idLengthMax) throw new Problem("not-found", "No such thing.");
  return { id, rest };
}
