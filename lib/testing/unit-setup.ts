import "@/lib/testing/set-environment";
import { afterAll, inject } from "vitest";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { testSecret } from "@/lib/testing/test-environment";

/** Every unit test file is a process of its own on the run's database, with an in-process bus. */
useSecrets({ current: testSecret, previous: [] });
useBus(memoryBus());
connectDatabase(inject("databaseUrl"), 5);

afterAll(disconnectDatabase);
