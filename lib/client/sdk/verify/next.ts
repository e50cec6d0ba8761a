import { createGuard, type Caller, type GuardSettings } from "@/lib/client/sdk/verify/guard";

interface NextSettings extends GuardSettings {
  /** The client's address, e.g. from the header that your host sets; without it keys with an address list are refused. */
  ip?: (request: Request) => string | null;
}

type RouteHandler<Context, Answered extends Response> = (
  request: Request,
  context: Context & { caller: Caller },
) => Answered | Promise<Answered>;

/**
 * Guards route handlers of Next (and of everything else that answers a `Request` with a `Response`):
 * `export const GET = withKey((request, { caller }) => Response.json(caller.scopes))`. Calls without a good key get a
 * problem document and never reach the handler.
 */
export function keyGuard({ ip = () => null, ...settings }: NextSettings) {
  const guard = createGuard(settings);
  return function withKey<Context extends object, Answered extends Response>(
    handler: RouteHandler<Context, Answered>,
  ): (request: Request, context: Context) => Promise<Response> {
    return async (request, context) => {
      const header = (name: string) => request.headers.get(name);
      const { pathname: path } = new URL(request.url);
      const verdict = await guard({ header, method: request.method, path, ip: ip(request) });
      if (!verdict.ok) return new Response(verdict.body, verdict);
      return handler(request, { ...context, caller: verdict.caller });
    };
  };
}
