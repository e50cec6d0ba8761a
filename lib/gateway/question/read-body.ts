import type { Call } from "@/lib/gateway/call";
import {
  type BodySource,
  askForBody,
  hasBody,
  type Presented,
  readWhole,
} from "@/lib/gateway/credential/presented";
import { type Soon, whenThere } from "@/lib/gateway/ports";
import { judgedBody, overlongBody, unjudgedBody } from "@/lib/gateway/question/body";
import { namedByConnection } from "@/lib/gateway/upstream/request-headers";
import type { QuestionBody } from "@/lib/rules/language/question";

/** A body as rules see it, and what is now known of the request: a body that was read whole goes on from memory. */
export interface ReadBody {
  presented: Presented;
  body: QuestionBody;
}

/**
 * Reads a call's body for its rules, up to 1 MiB; a longer one is put back untouched. What is forwarded stays byte for
 * byte as it was sent. Rejects when the body does not arrive in time or its sender leaves.
 */
export function readBodyForRules(
  presented: Presented,
  { call, source: { request, response, mayWithhold } }: { call: Call; source: BodySource },
): Soon<ReadBody> {
  // An upgrade has no body: what follows its head belongs to the tunnel and comes after the upstream agreed to it.
  if (response === null || !hasBody(request))
    return { presented, body: mayWithhold === true ? withheldBody : { kind: "absent" } };
  const { "content-type": contentType, "content-length": contentLength } = request.headers;
  const named = namedByConnection(call.headers);
  const unjudged = unjudgedBody({
    contentType: named.has("content-type") ? undefined : contentType,
    contentEncoding: encodingOf(call.headers),
    contentLength,
  });
  if (unjudged !== null) return { presented, body: unjudged };
  if (presented.body !== null) return { presented, body: judgedBody(contentType, presented.body) };
  askForBody(request, response);
  return whenThere(readWhole(request), (bytes) =>
    bytes === null
      ? { presented, body: overlongBody }
      : { presented: { ...presented, body: bytes }, body: judgedBody(contentType, bytes) },
  );
}

const withheldBody: QuestionBody = { kind: "error", message: "The proxy did not send the body along." };

/** However it is spelt, and even if Connection names it: the bytes are encoded, whoever is told of it. */
function encodingOf(headers: Call["headers"]): string | undefined {
  return headers.find(([name]) => name.replaceAll("_", "-") === "content-encoding")?.[1];
}
