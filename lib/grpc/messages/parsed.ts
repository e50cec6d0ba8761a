import type { JsonObject } from "@bufbuild/protobuf";
import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { inputProblem } from "@/lib/api/router";

/** Input as its schema has it. Throws `invalid` with every wrong place, in the words of HTTP. */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw inputProblem(result.error.issues);
  return result.data;
}

const Id = z.string().max(100);

/** What HTTP has in its path, and the rest. Throws `not-found` for what can be no id. */
export function idAndRest({ id, ...rest }: JsonObject): { id: string; rest: JsonObject } {
  const result = Id.safeParse(id);
  if (!result.success) throw new Problem("not-found", "No such thing.");
  return { id: result.data, rest };
}
