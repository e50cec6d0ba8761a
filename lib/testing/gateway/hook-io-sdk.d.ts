/** The part of hook.io's own client that tests call, made with `promises: true`; answers are whatever was sent. */
declare module "hook.io-sdk" {
  import type { Writable } from "node:stream";

  interface Named {
    owner: string;
    name: string;
  }

  interface HookioClient {
    keys: {
      checkAccess(data: { role?: string; hook_private_key?: string }): Promise<unknown>;
      create(data: { name: string; roles: string | string[] }): Promise<unknown>;
      destroy(data: { name: string }): Promise<unknown>;
      all(): Promise<unknown>;
    };
    datastore: {
      get(key: string): Promise<unknown>;
      set(key: string, value: unknown): Promise<unknown>;
      del(key: string): Promise<unknown>;
      recent(): Promise<unknown>;
    };
    events: { get(account: string): Promise<unknown>; stream(account: string, output: Writable): void };
    logs: { get(service: Named): Promise<unknown>; stream(service: Named, output: Writable): void };
    hook: {
      run(call: Named & { method?: string; data?: object }): Promise<unknown>;
      create(data: { name: string; isPrivate?: boolean; upstream?: string }): Promise<unknown>;
      update(data: Named & { isPrivate?: boolean; upstream?: string }): Promise<unknown>;
      destroy(service: Named): Promise<unknown>;
    };
  }

  const sdk: {
    createClient(options: {
      host: string;
      port: string;
      protocol: "http://";
      hook_private_key?: string;
      promises: true;
    }): HookioClient;
  };
  export default sdk;
}
