import { testEnvironment } from "@/lib/testing/run/test-environment";

/** Imported first by the set-up files: the log reads the environment as soon as anything imports it. */
Object.assign(process.env, testEnvironment({ LOG_LEVEL: process.env.LATCHKEY_TEST_LOG ?? "silent" }));
