import { DefaultVerdictWord } from "@/components/services/service-words";
import { CopyButton } from "@/components/ui/copy-button";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { ScopeList } from "@/components/ui/words/chips";
import type { Service } from "@/lib/services/schema";

/** What a service is, as it stands. */
export function ServiceFacts({ service }: { service: Service }) {
  const { methods, injection, forwardAuth } = service;
  const paths = pathsText(service);
  return (
    <Plate title="What it is">
      <dl className="facts2 wide">
        <dt>By default</dt>
        <dd>
          <DefaultVerdictWord of={service.defaultVerdict} />
        </dd>
        <dt>Upstream</dt>
        <dd>
          <code className="trunc" title={service.upstream}>
            {service.upstream}
          </code>
        </dd>
        {methods.length > 0 && (
          <>
            <dt>Methods</dt>
            <dd>
              <code className="breakable">{methods.join(", ")}</code>
            </dd>
          </>
        )}
        {paths !== "" && (
          <>
            <dt>Paths</dt>
            <dd>{paths}</dd>
          </>
        )}
        {injection !== null && (
          <>
            <dt>Its own secret</dt>
            <dd>{injectionText(injection)}</dd>
          </>
        )}
        {forwardAuth.enabled && (
          <>
            <dt>Forward-auth</dt>
            <dd>{forwardAuthText(forwardAuth)}</dd>
          </>
        )}
        <dt>Slug</dt>
        <dd>
          <code className="trunc" title={service.slug}>
            {service.slug}
          </code>
        </dd>
        <dt>Id</dt>
        <dd>
          <code className="trunc">{service.id}</code>
          <CopyButton text={service.id} label="Copy service id" />
        </dd>
        <dt>Timeouts</dt>
        <dd>
          connect {(service.connectTimeoutMs / 1_000).toLocaleString("en")} s, answer{" "}
          {(service.responseTimeoutMs / 1_000).toLocaleString("en")} s
        </dd>
        <dt>Changed</dt>
        <dd>
          <Ago at={service.updatedAt} />
        </dd>
      </dl>
    </Plate>
  );
}

function pathsText({ paths }: Service): string {
  const { stripPrefix, addPrefix, caseSensitive, trailingSlash } = paths;
  return [
    ...(stripPrefix === "" ? [] : [`${stripPrefix} is taken off`]),
    ...(addPrefix === "" ? [] : [`${addPrefix} is put in front`]),
    ...(caseSensitive ? [] : ["upper and lower case are the same"]),
    ...(trailingSlash === "strict" ? ["a slash at the end is refused"] : []),
  ].join(", ");
}

function injectionText(injection: NonNullable<Service["injection"]>): string {
  switch (injection.kind) {
    case "bearer":
      return "put in as a bearer token";
    case "basic":
      return `put in as basic credentials of ${injection.username}`;
    case "header":
      return `put into the header ${injection.name}`;
    case "query":
      return `put into the parameter ${injection.name}`;
    case "hmac":
      return `signs each ${injection.signs === "body" ? "body" : "request"} in ${injection.name}`;
  }
}

const dialectNames = { nginx: "nginx", caddy: "Caddy", traefik: "Traefik" } as const;

function forwardAuthText({ dialect, callers }: Service["forwardAuth"]): string {
  const from = callers.length === 0 ? "with a key of its own" : `from ${callers.join(", ")}`;
  return `${dialectNames[dialect]} may ask ${from}`;
}

/** Which scopes calls of its routes need; nothing where none do. */
export function RequiredScopesPlate({ service }: { service: Service }) {
  const { requiredScopes } = service;
  if (requiredScopes.length === 0) return null;
  return (
    <Plate title="Required scopes" note="Judged before the rules" padded={false}>
      <DataTable label="Required scopes" kind="plate">
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th scope="col">Scopes</th>
          </tr>
        </thead>
        <tbody>
          {requiredScopes.map(({ methods, route, scopes }, index) => (
            <tr key={index}>
              <td className="cell-wide">
                <code className="breakable">
                  {methods === undefined ? "any" : methods.join(", ")} {route}
                </code>
              </td>
              <td>
                <ScopeList scopes={scopes} most={2} />
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Plate>
  );
}
