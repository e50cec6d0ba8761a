import type { Request, RequestHandler } from "express";
import { createGuard, type Caller, type GuardSettings } from "@/lib/client/sdk/verify/guard";

/** What the middleware leaves in `response.locals`. */
export interface CallerLocals {
  caller: Caller;
}

interface ExpressSettings extends GuardSettings {
  /** The client's address; `request.ip` unless said, which is right once `trust proxy` is. */
  ip?: (request: Request) => string | null;
}

/** Lets calls with a good key pass, with `response.locals.caller`; answers the others with a problem document. */
export function requireKey({ ip = socketAddress, ...settings }: ExpressSettings): RequestHandler {
  const guard = createGuard(settings);
  return async (request, response, next) => {
    const header = (name: string) => request.get(name);
    const path = `${request.baseUrl}${request.path}`;
    const verdict = await guard({ header, method: request.method, path, ip: ip(request) });
    if (!verdict.ok) {
      response.status(verdict.status).set(verdict.headers).send(verdict.body);
      return;
    }
    response.locals.caller = verdict.caller;
    next();
  };
}

function socketAddress(request: Request): string | null {
  return request.ip ?? null;
}
