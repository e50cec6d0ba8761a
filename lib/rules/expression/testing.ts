import { compileExpression } from "@/lib/rules/expression/compile-expression";
import { startPlace } from "@/lib/rules/language/conditions/condition";
import { asAsked, type Asked, type Question } from "@/lib/rules/language/question";
import { testQuestion } from "@/lib/rules/language/test-question";
import type { TestCredential, TestRequest } from "@/lib/rules/schema";

/** An expression and what its compilation reported. */
export function compiled(source: string) {
  const place = startPlace({ path: "expr", quantifier: "all" });
  const expression = compileExpression(source, place);
  return { expression, errors: place.compilation.errors.map(({ message }) => message) };
}

/** An expression that must compile. */
export function sound(source: string) {
  const { expression, errors } = compiled(source);
  if (errors.length > 0) throw new Error(`${source}: ${errors.join("; ")}`);
  return expression;
}

/** A question as conditions are asked it; what is not given is `POST /v1/items/4` without a credential. */
export function asking({
  request,
  credential,
  ...others
}: { request?: Partial<TestRequest>; credential?: TestCredential } & Partial<
  Pick<Question, "body" | "evaluation" | "service">
> = {}): Asked {
  const read = testQuestion({ request: { method: "POST", path: "/v1/items/4", ...request }, credential });
  if (!read.ok) throw new Error(read.message);
  return asAsked({ ...read.question, address: request?.ip ?? null, ...others });
}
