import { attributeCondition, complained } from "@/lib/rules/language/attributes/attribute";
import { fieldTruth, whyField, whyUnread, type Field } from "@/lib/rules/language/attributes/field";
import { compilePath } from "@/lib/rules/language/attributes/field-path";
import { hidden } from "@/lib/rules/language/attributes/shown";
import { valueOf } from "@/lib/rules/language/attributes/text-values";
import {
  failed,
  inside,
  no,
  silenced,
  yes,
  type Condition,
  type Failure,
  type Place,
} from "@/lib/rules/language/conditions/condition";
import { compileMatcher } from "@/lib/rules/language/matchers/matcher";
import { schemaOf } from "@/lib/rules/language/matchers/schema-of";
import type { Asked, QuestionBody } from "@/lib/rules/language/question";
import type { BodyConditions, JsonSchema, Matcher } from "@/lib/rules/language/conditions/conditions-schema";
import { isSecretName } from "@/lib/rules/language/secret-names";

const absent: QuestionBody = { kind: "absent" };

/**
 * Compiles `schema` and the conditions on fields. Without a body all fields are absent. A body that is there and cannot
 * be read is an error of every one of them.
 */
export function compileBody({ schema, fields = {}, ...paths }: BodyConditions, place: Place): Condition[] {
  place.compilation.readsBody = true;
  return [
    ...(schema === undefined ? [] : [schemaCondition(schema, place)]),
    ...Object.entries(fields).map(([path, matcher]) =>
      fieldCondition(path, matcher, inside(inside(place, "fields"), path)),
    ),
    ...Object.entries(paths).map(([path, matcher]) => fieldCondition(path, matcher, inside(place, path))),
  ];
}

function schemaCondition(schema: JsonSchema, block: Place): Condition {
  const place = inside(block, "schema");
  const { test, complaint } = schemaOf(schema, place);
  const failure = { path: place.path, left: null, operator: "schema", right: schema };
  return {
    test({ body = absent }) {
      if (body.kind === "json") return test(body.value);
      return body.kind === "absent" ? no : failed;
    },
    why({ body = absent }) {
      if (body.kind === "absent") return failure;
      if (body.kind === "error") return { ...failure, error: body.message };
      if (body.kind === "form") return { ...failure, error: "The body is a form; a schema judges JSON." };
      const truth = test(body.value);
      if (truth === yes) return null;
      if (truth === failed) return { ...failure, error: "The body is too large for this schema." };
      const said = complaint(body.value);
      return said === null ? failure : { ...failure, ...complained(said) };
    },
  };
}

/** A field of JSON by path, or of a form by name: there a dot is part of the name, and every value is text. */
function fieldCondition(path: string, matcher: Matcher, place: Place): Condition {
  const steps = compilePath(path, place);
  const json: Field = { steps, matcher: compileMatcher(matcher, place), place };
  const name = steps.join(".");
  const isSecret = isSecretName(name);
  const form = attributeCondition({
    read: ({ body }) => (body?.kind === "form" ? valueOf(body.fields, name) : undefined),
    matcher: compileMatcher(matcher, silenced(place), { reading: "text" }),
    place,
    isSecret,
  });
  return {
    test(asked) {
      const { body = absent } = asked;
      if (body.kind === "error") return failed;
      return body.kind === "form"
        ? form.test(asked)
        : fieldTruth(json, body.kind === "json" ? body.value : undefined);
    },
    why(asked) {
      const failure = whyBodyField(asked, { json, form });
      return isSecret ? hidden(failure) : failure;
    },
  };
}

function whyBodyField(asked: Asked, { json, form }: { json: Field; form: Condition }): Failure | null {
  const { body = absent } = asked;
  if (body.kind === "error") return whyUnread(json, body.message);
  return body.kind === "form"
    ? form.why(asked)
    : whyField(json, body.kind === "json" ? body.value : undefined);
}
