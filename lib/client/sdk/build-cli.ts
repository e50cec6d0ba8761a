import { buildSdk } from "@/lib/client/sdk/build-sdk";

/** `npm run build:client`: what package.json exports as `latchkey/client`. */
await buildSdk("dist/client");
