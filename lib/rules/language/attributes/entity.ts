import { credentialReaders } from "@/lib/rules/language/attributes/credential";
import { fieldTruth, whyField, type Field } from "@/lib/rules/language/attributes/field";
import { hidden } from "@/lib/rules/language/attributes/shown";
import { compilePath } from "@/lib/rules/language/attributes/field-path";
import { either, inside, yes, type Condition, type Place } from "@/lib/rules/language/conditions/condition";
import { compileMatcher } from "@/lib/rules/language/matchers/matcher";
import { pathText, type Asked, type RuleCredential } from "@/lib/rules/language/question";
import { isSecretName } from "@/lib/rules/language/secret-names";
import type { Entity, Matcher } from "@/lib/rules/language/conditions/conditions-schema";

/** Compiles a condition on what an AuthZEN question speaks of, by path: `subject` `properties.role`. */
export function compileEntity(entity: Entity, [path, matcher]: [string, Matcher], block: Place): Condition {
  const place = inside(block, path);
  const field: Field = { steps: compilePath(path, place), matcher: compileMatcher(matcher, place), place };
  const isSecret = field.steps.some(isSecretName);
  const truth = (asked: Asked) => fieldTruth(field, entityOf(asked, entity));
  const test =
    entity === "action" && path === "name"
      ? (asked: Asked) => (isHead(asked) ? either(truth(asked), field.matcher.test("GET")) : truth(asked))
      : truth;
  return {
    test,
    why(asked) {
      const failure = test(asked) === yes ? null : whyField(field, entityOf(asked, entity));
      return isSecret ? hidden(failure) : failure;
    },
  };
}

/** A rule on GET covers HEAD, however it names the method. */
function isHead({ evaluation, method }: Asked): boolean {
  return evaluation === undefined && method === "HEAD";
}

/** An HTTP request is the question {subject: credential, action: method, resource: route}. */
export function entityOf(asked: Asked, entity: Entity): unknown {
  if (asked.evaluation !== undefined) return asked.evaluation[entity];
  asked.httpEntities ??= {};
  return (asked.httpEntities[entity] ??= httpEntity[entity](asked));
}

const httpEntity: Record<Entity, (asked: Asked) => object> = {
  subject: ({ credential }) => (credential === null ? {} : subjectOf(credential)),
  action: ({ method }) => ({ name: method, properties: {} }),
  resource: (asked) => ({
    type: "route",
    id: pathText(asked),
    properties: { service: asked.service.slug, path: pathText(asked) },
  }),
  context: ({ address }) => ({ ip: address }),
};

function subjectOf(credential: RuleCredential): object {
  const { id, ...readers } = credentialReaders;
  const { metadata, token } = credential;
  const attributes = Object.entries(readers).map(([name, read]) => [name, read(credential)]);
  return {
    type: token === undefined ? "key" : "token",
    id: id(credential),
    properties: { ...Object.fromEntries(attributes), metadata, ...(token === undefined ? {} : { token }) },
  };
}
