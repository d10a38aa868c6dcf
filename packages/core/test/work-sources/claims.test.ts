import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ResolvedFolderSource } from "../../src/config/resolved.ts";
import type { ExitReason, JobRecord } from "../../src/state/job-record.ts";
import type { StateStore } from "../../src/state/store.ts";
import { addWorkItem } from "../../src/work-sources/prompt.ts";
import { settleItem } from "../../src/work-sources/settle-item.ts";
import { hasFreeItem, takeItem } from "../../src/work-sources/take-item.ts";
import { run } from "../state/conformance/setup.ts";
import { openState } from "../state/open-state.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let folder: string;
let source: ResolvedFolderSource;

beforeEach(async () => {
  folder = await temporaryFolder();
  source = {
    type: "folder",
    path: folder,
    pattern: "*.md",
    done: "done",
    failed: "failed",
    maxAttempts: 2,
  };
});

const put = (...names: string[]): Promise<unknown> =>
  Promise.all(names.map((name) => writeFile(join(folder, name), `Do ${name}.`)));

async function end(
  store: StateStore,
  job: JobRecord,
  status: "completed" | "failed" | "cancelled",
  exitReason: ExitReason,
): Promise<void> {
  await store.jobs.finish(job, { status, exitReason });
  for (const claim of store.claims.ended()) {
    await settleItem(store.claims, claim, store.jobs.get(claim.jobId));
  }
}

describe("items of work", () => {
  it("are taken in order, each by one job", async () => {
    const { store } = await openState();
    await put("1.md", "2.md", "3.md");
    const jobs = await Promise.all(Array.from({ length: 4 }, () => run(store)));
    const items = await Promise.all(jobs.map((job) => takeItem(source, store.claims, job)));
    const taken = items.map((item) => item?.id ?? "none");
    expect(taken.toSorted()).toEqual(["1.md", "2.md", "3.md", "none"]);
    expect(await hasFreeItem(source, store.claims)).toBe(false);
    const [first] = jobs;
    if (!first) throw new Error("no job");
    expect((await takeItem(source, store.claims, first))?.id).toBe(items[0]?.id);
  });

  it("are not taken twice by two readers who start at once", async () => {
    const { store } = await openState();
    await put(...Array.from({ length: 20 }, (_, index) => `${index}.md`));
    const jobs = await Promise.all(Array.from({ length: 20 }, () => run(store)));
    const items = await Promise.all(jobs.map((job) => takeItem(source, store.claims, job)));
    expect(new Set(items.map((item) => item?.id)).size).toBe(20);
  });

  it("are put away when their work is done", async () => {
    const { store } = await openState();
    await put("1.md");
    const job = await run(store);
    await takeItem(source, store.claims, job);
    await end(store, job, "completed", "success");
    expect(await readdir(join(folder, "done"))).toEqual(["1.md"]);
    expect(store.claims.claimed().size).toBe(0);
    expect(await hasFreeItem(source, store.claims)).toBe(false);
  });

  it.each([
    ["error", ["failed"]],
    ["timeout", ["failed"]],
    ["unverified", ["failed"]],
    ["interrupted", ["1.md"]],
    ["rate_limited", ["1.md"]],
    ["rejected", ["1.md"]],
  ] as const)("that fail twice with %s are in the folder as %o", async (reason, left) => {
    const { store } = await openState();
    await put("1.md");
    for (let attempt = 0; attempt < 2; attempt++) {
      const job = await run(store);
      expect((await takeItem(source, store.claims, job))?.id).toBe("1.md");
      await end(store, job, "failed", reason);
    }
    expect(await readdir(folder)).toEqual(left);
    expect(store.claims.claimed().size).toBe(0);
  });

  it("wait again when their job is cancelled or forgotten", async () => {
    const { store } = await openState();
    await put("1.md");
    const job = await run(store);
    await takeItem(source, store.claims, job);
    await end(store, job, "cancelled", "cancelled");
    expect(await hasFreeItem(source, store.claims)).toBe(true);

    const next = await run(store);
    await takeItem(source, store.claims, next);
    await store.jobs.finish(next, { status: "failed", exitReason: "error" });
    await store.jobs.prune({ perAgent: 0 });
    for (const claim of store.claims.ended()) await settleItem(store.claims, claim, undefined);
    expect(await hasFreeItem(source, store.claims)).toBe(true);
  });

  it("that somebody took away are no work any more", async () => {
    const { store } = await openState();
    await put("1.md");
    const job = await run(store);
    await takeItem(source, store.claims, job);
    await rm(join(folder, "1.md"));
    expect(await takeItem(source, store.claims, job)).toBeUndefined();
    await end(store, job, "completed", "success");
    expect(store.claims.claimed().size).toBe(0);
  });
});

describe("the prompt", () => {
  it("ends with the item", () => {
    const item = {
      source: "folder",
      id: "1.md",
      title: "One",
      text: "Do it.",
      location: "/t/1.md",
    };
    expect(addWorkItem("Work.", item)).toBe(
      'Work.\n\nYour item of work is "One" (/t/1.md):\n\nDo it.',
    );
    expect(addWorkItem("Work.", undefined)).toBe("Work.");
  });
});
