import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { unary } from "@/lib/grpc/calls/unary";
import { KeyService } from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { idAndRest, parsed } from "@/lib/grpc/messages/parsed";
import { verifyKeyCall } from "@/lib/grpc/verify-key";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/reading/list";
import { readKey } from "@/lib/keys/reading/read";
import { readGrant } from "@/lib/keys/reading/read-grant";
import { revokeKey, revokeKeys } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { endRotation, extendRotation } from "@/lib/keys/changes/rotation";
import {
  CreateKey,
  ExtendRotation,
  RevokeKey,
  RevokeKeys,
  RotateKey,
  UpdateKey,
} from "@/lib/keys/changes/schema";
import { ListKeys } from "@/lib/keys/reading/schema";
import { updateKey } from "@/lib/keys/update";
import { keyUsage } from "@/lib/usage/measures/key-usage";
import { UsagePeriod } from "@/lib/usage/question";

const { method } = KeyService;

/** `latchkey.v1.KeyService`: each call is the operation that HTTP calls, with the schema that HTTP validates with. */
export const keyService: UntypedServiceImplementation = {
  createKey: unary(method.createKey, ({ actor, input, once }) => {
    const body = parsed(CreateKey, input);
    return createKey(actor, { ...body, once: once("createKey", body) });
  }),
  getKey: unary(method.getKey, async ({ actor, input }) => {
    const key = await readKey(actor, idAndRest(input).id);
    return { key, secrets: key.secrets, limits: key.limits };
  }),
  getKeyGrant: unary(method.getKeyGrant, async ({ actor, input }) => {
    const grant = await readGrant(actor, idAndRest(input).id);
    return { ...grant, ceiling: grant.ceiling === null ? null : { scopes: grant.ceiling } };
  }),
  listKeys: unary(method.listKeys, ({ actor, input }) => listKeys(actor, parsed(ListKeys, input))),
  updateKey: unary(method.updateKey, async ({ actor, input }) => {
    const { id, rest } = idAndRest(input);
    return { key: await updateKey(actor, { keyId: id, ...parsed(UpdateKey, rest) }) };
  }),
  rotateKey: unary(method.rotateKey, ({ actor, input, once }) => {
    const { id, rest } = idAndRest(input);
    const call = { keyId: id, ...parsed(RotateKey, rest) };
    return rotateKey(actor, { ...call, once: once("rotateKey", call) });
  }),
  extendRotation: unary(method.extendRotation, async ({ actor, input }) => {
    const { id, rest } = idAndRest(input);
    return { key: await extendRotation(actor, { keyId: id, ...parsed(ExtendRotation, rest) }) };
  }),
  endRotation: unary(method.endRotation, async ({ actor, input }) => ({
    key: await endRotation(actor, { keyId: idAndRest(input).id }),
  })),
  revokeKey: unary(method.revokeKey, async ({ actor, input }) => {
    const { id, rest } = idAndRest(input);
    return { key: await revokeKey(actor, { keyId: id, ...parsed(RevokeKey, rest) }) };
  }),
  revokeKeys: unary(method.revokeKeys, ({ actor, input }) => revokeKeys(actor, parsed(RevokeKeys, input))),
  verifyKey: verifyKeyCall,
  getKeyUsage: unary(method.getKeyUsage, ({ actor, input }) => {
    const { id, rest } = idAndRest(input);
    return keyUsage(actor, { keyId: id, ...parsed(UsagePeriod.strict(), rest) });
  }),
};
