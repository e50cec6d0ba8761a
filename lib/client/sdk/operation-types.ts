import type { operations as Contract } from "@/lib/client/sdk/generated/contract";
import type { operations } from "@/lib/client/sdk/generated/operations";

/** Name of an operation, as in the contract: `createKey`, `verifyKey`, … */
export type OperationId = keyof typeof operations & keyof Contract;

type Flat<T> = { [Name in keyof T]: T[Name] };

type PathOf<Operation> = Operation extends { parameters: { path: infer Path } } ? Path : unknown;

type QueryOf<Operation> = Operation extends { parameters: { query?: infer Query } }
  ? [Query] extends [undefined]
    ? unknown
    : NonNullable<Query>
  : unknown;

type BodyOf<Operation> = Operation extends { requestBody: { content: { "application/json": infer Body } } }
  ? Body
  : Operation extends { requestBody?: { content: { "application/json": infer Body } } }
    ? Partial<Body>
    : Operation extends { requestBody: { content: { "*/*": unknown } } }
      ? {
          /** Bytes as they are, or what is sent as JSON. */
          value: unknown;
        }
      : unknown;

/** What an operation is given: the parts of its path, its query and the members of its body, side by side. */
export type Input<Id extends OperationId> = Flat<
  PathOf<Contract[Id]> & QueryOf<Contract[Id]> & BodyOf<Contract[Id]>
>;

type Succeeded<Responses> = Responses[Extract<keyof Responses, 200 | 201 | 202>];

/** What an operation answers: parsed JSON, nothing, or the open answer of a stream. */
export type Answer<Id extends OperationId> = (typeof operations)[Id][2] extends "nothing"
  ? undefined
  : (typeof operations)[Id][2] extends "stream"
    ? Response
    : Succeeded<Contract[Id]["responses"]> extends { content: { "application/json": infer Json } }
      ? Json
      : undefined;

/** What may be said of one call. */
export interface CallOptions {
  /** Gives the call up; what it throws is the signal's reason. */
  signal?: AbortSignal;
  /** For one attempt, in milliseconds, instead of the client's. */
  timeoutMs?: number;
  /** Repeats after the first attempt, instead of the client's. */
  retries?: number;
  /** Instead of one made for this call, so that a program that starts anew repeats the same write. */
  idempotencyKey?: string;
  /** Entity tag of a stored value, such as `"42"`: only in place of this one. Not repeated after a lost answer. */
  ifMatch?: string;
  /** `*` stores only where there is nothing. Not repeated after a lost answer. */
  ifNoneMatch?: string;
}

type Method<Id extends OperationId> =
  Record<never, never> extends Input<Id>
    ? (input?: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>
    : (input: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>;

/** The client: one method for each operation of the contract. Every one throws {@link LatchkeyError}. */
export type Latchkey = { readonly [Id in OperationId]: Method<Id> };
