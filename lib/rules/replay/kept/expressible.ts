import { headersOf, queryOf, type Asked } from "@/lib/rules/language/question";
import { isHidden, noteHiddenRead } from "@/lib/rules/replay/kept/hidden";

/** A question for an expression, which would compare with whatever it finds: there, looking at something hidden is an error. */
export function expressible(asked: Asked): Asked {
  const { body, credential, evaluation } = asked;
  return {
    ...asked,
    headers: refusing(headersOf(asked)),
    query: refusing(queryOf(asked)),
    body: body === undefined ? undefined : refusing(body),
    credential: credential === null ? null : refusing(credential),
    evaluation: evaluation === undefined ? undefined : refusing(evaluation),
  };
}

function refusing<Part extends object>(part: Part): Part {
  return new Proxy(part, {
    get(target, key) {
      const member: unknown = Reflect.get(known(target), key);
      if (isHidden(member)) refuse();
      return typeof member === "object" && member !== null ? refusing(member) : member;
    },
    has: (target, key) => Reflect.has(known(target), key),
    ownKeys: (target) => Reflect.ownKeys(known(target)),
    getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(known(target), key),
  });
}

function known<Part extends object>(part: Part): Part {
  return isHidden(part) ? refuse() : part;
}

function refuse(): never {
  noteHiddenRead();
  throw new Error("what is asked for was not kept");
}
