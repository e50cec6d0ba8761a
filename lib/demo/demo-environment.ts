type Environment = Record<string, string | undefined>;

/** What the demo sets where the caller did not: loopback only, the embedded database, loopback upstreams and webhooks allowed. */
export function demoEnvironment(given: Environment): Record<string, string> {
  const port = given.PORT ?? "3000";
  const gatewayPort = given.GATEWAY_PORT ?? "3100";
  return {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: port,
    GATEWAY_PORT: gatewayPort,
    GRPC_PORT: given.GRPC_PORT ?? "3200",
    DATA_DIR: given.DATA_DIR ?? "./.data",
    PORTAL_URL: `http://127.0.0.1:${port}`,
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    PRIVATE_ADDRESSES: given.PRIVATE_ADDRESSES ?? "127.0.0.0/8,::1/128",
    WEBHOOK_PRIVATE_ADDRESSES: given.WEBHOOK_PRIVATE_ADDRESSES ?? "127.0.0.0/8,::1/128",
    HOOKIO_COMPAT: given.HOOKIO_COMPAT ?? "on",
    LATCHKEY_DEMO: "on",
    LOG_LEVEL: given.LOG_LEVEL ?? "warn",
  };
}
