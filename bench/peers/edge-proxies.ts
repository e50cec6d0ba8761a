import { freePort } from "@/lib/process/listeners/free-port";
import {
  type EdgePlan,
  type EdgeProxy,
  startCaddy,
  startNginx,
  startNginxSite,
} from "@/lib/testing/gateway/edge-proxies";

/** What stands where: `host:port` each, and what forward-auth is asked. */
export interface Between {
  upstream: string;
  latchkey: string;
  /** Path and query of the question. */
  question: string;
}

const upstreams = ({ upstream, latchkey }: Pick<Between, "upstream" | "latchkey">) => `
upstream service { server ${upstream}; keepalive 64; keepalive_requests 10000000; }
upstream latchkey { server ${latchkey}; keepalive 64; keepalive_requests 10000000; }`;

const forwarding = `
    proxy_pass http://service;
    proxy_http_version 1.1;
    proxy_set_header Connection "";`;

/** nginx as the guide has it, which is what the gateway does: no key reaches the service, whose call it is does. */
export function nginxAsking(plan: Omit<EdgePlan, "also">): Promise<EdgeProxy> {
  return startNginx({ ...plan, also: keptOpen });
}

/** Connections are kept for as long as a round takes. */
function keptOpen(site: string): string {
  const kept = site.replaceAll("keepalive 32;", "keepalive 64; keepalive_requests 10000000;");
  const open = kept.replace(
    /^ +listen ([^;]*);/m,
    "    listen $1 backlog=1024;\n    keepalive_requests 10000000;",
  );
  if (kept === site || open === kept)
    throw new Error("The guide's nginx.conf keeps its connections otherwise");
  return open;
}

/** nginx with `auth_request` that asks forward-auth and does no more: one header of the answer passed on, and the caller's key too. */
export async function nginxBarely(between: Between): Promise<EdgeProxy> {
  const port = await freePort();
  const site = `${upstreams(between)}
server {
  listen 127.0.0.1:${port} backlog=1024;
  keepalive_requests 10000000;
  location / {
    auth_request /asked;
    auth_request_set $key_id $upstream_http_x_latchkey_key_id;
    proxy_set_header X-Latchkey-Key-Id $key_id;${forwarding}
  }
  location = /asked {
    internal;
    proxy_pass http://latchkey${between.question};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Original-URI $request_uri;
    proxy_set_header X-Original-Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
  }
}`;
  return startNginxSite(site, port);
}

/** nginx with `auth_request` that asks itself, for a 204 without a look at anything. */
export async function nginxStatic(upstream: string): Promise<EdgeProxy> {
  const port = await freePort();
  const site = `${upstreams({ upstream, latchkey: upstream })}
server {
  listen 127.0.0.1:${port} backlog=1024;
  keepalive_requests 10000000;
  location / {
    auth_request /asked;${forwarding}
  }
  location = /asked { internal; return 204; }
}`;
  return startNginxSite(site, port);
}

/** Caddy as the guide has it. */
export function caddyAsking(plan: Omit<EdgePlan, "also">): Promise<EdgeProxy> {
  return startCaddy(plan);
}
