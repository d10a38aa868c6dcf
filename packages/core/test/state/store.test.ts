import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openSqliteStore } from "../../src/state/sqlite/open-store.ts";
import { type OpenedStore, start } from "./conformance/setup.ts";
import { storeConformance } from "./store-conformance.ts";

storeConformance("SQLite store", async (): Promise<OpenedStore> => {
  const stateDir = await mkdtemp(join(tmpdir(), "herdctl-store-"));
  const clock = { time: start };
  const store = await openSqliteStore({
    stateDir,
    clock: { now: () => clock.time, sleep: (ms, signal) => systemClock.sleep(ms, signal) },
  });
  onTestFinished(async () => {
    await store.close();
    await rm(stateDir, { recursive: true, force: true });
  });
  return { store, clock };
});
