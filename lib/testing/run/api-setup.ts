import "@/lib/testing/run/set-environment";
import { afterAll, inject } from "vitest";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { testSecret } from "@/lib/testing/run/test-environment";

/** Factories write straight into the database of the server under test; what is tested goes over HTTP. */
useSecrets({ current: testSecret, previous: [] });
useBus(memoryBus());
connectDatabase(inject("databaseUrl"), 5);

afterAll(disconnectDatabase);
