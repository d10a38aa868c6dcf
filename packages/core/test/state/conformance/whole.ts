import { describe, expect, test } from "vitest";
import { type OpenStore, enqueue, newJob } from "./setup.ts";

export function describeWhole(open: OpenStore): void {
  describe("as a whole", () => {
    test("its version changes with all that is stored and with nothing else", async () => {
      const { store } = await open();
      const before = store.dataVersion();
      store.jobs.list({});
      await store.probe();
      expect(store.dataVersion()).toBe(before);
      await enqueue(store);
      const after = store.dataVersion();
      expect(after).not.toBe(before);
      await enqueue(store);
      expect(store.dataVersion()).not.toBe(after);
    });

    test("an action of its own keeps every other writer out", async () => {
      const { store } = await open();
      const values = await Promise.all([
        store.exclusively(() => store.jobs.list({}).jobs.length),
        store.jobs.enqueue(newJob()),
        store.exclusively(() => store.jobs.list({}).jobs.length),
      ]);
      expect([values[0], values[2]]).toEqual([0, 1]);
      await expect(
        store.exclusively(() => {
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
    });

    test("a command that fails undoes nothing of its neighbours", async () => {
      const { store } = await open();
      const first = newJob();
      const results = await Promise.allSettled([
        store.jobs.enqueue(first),
        store.jobs.enqueue({ ...newJob(), id: first.id }),
        store.jobs.enqueue(newJob()),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(store.jobs.list({}).jobs).toHaveLength(2);
    });

    test("closing waits for what was asked and refuses what comes after", async () => {
      const { store } = await open();
      const pending = store.jobs.enqueue(newJob());
      await store.close();
      expect(await pending).toBeDefined();
      await expect(store.jobs.enqueue(newJob())).rejects.toMatchObject({ code: "INVALID_STATE" });
    });
  });
}
