import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { asking, remembering, type Ways } from "./open-ways.ts";

/** Nothing of `calm` is queued; resolves with its finished job. */
export async function emptied({ library }: Ways): Promise<string> {
  await library.cancelAll({ agentName: "calm" });
  return library.getJobs({ agentName: "calm", status: "completed" })[0]?.id ?? "";
}

/** One job of `calm` is queued; resolves with its id. */
export async function queued(ways: Ways): Promise<string> {
  await emptied(ways);
  return (await ways.library.trigger("calm", undefined, { promptOverride: "Wait." })).id;
}

/** A job of `writer` is finished; resolves with its id. */
export async function finished({ library }: Ways): Promise<string> {
  return library.getJobs({ agentName: "writer", status: "completed" })[0]?.id ?? "";
}

/** Resolves with the id of the session of `calm`. */
export async function talked({ library }: Ways): Promise<string> {
  return (await library.getSessions({ agentName: "calm" }))[0]?.sessionId ?? "";
}

/** One request of `asker` waits for a person; resolves with its id. */
export async function parked({ library }: Ways): Promise<string> {
  await library.cancelAll({ agentName: "asker" });
  await library.trigger("asker", undefined, { promptOverride: asking });
  const pending = () => library.getApprovals({ status: "pending", agentName: "asker" });
  await expect.poll(() => pending().length).toBe(1);
  const id = pending()[0]?.id ?? "";
  const isParked = () => library.getJobs({ agentName: "asker" })[0]?.status === "waiting";
  await expect.poll(isParked).toBe(true);
  return id;
}

/** `keeper` remembers one text. */
export async function remembered({ library }: Ways): Promise<string> {
  await library.resume("keeper");
  const job = await library.trigger("keeper", undefined, { promptOverride: remembering });
  return (await library.waitForJob(job.id)).id;
}

/** The file of `keeper` says something else than the fleet knows. */
export async function edited({ files }: Ways): Promise<string> {
  const file = join(files.dir, "agents/keeper.yaml");
  const text = await readFile(file, "utf8");
  const next = text.includes("Keeps.") ? text.replace("Keeps.", "Holds.") : undefined;
  await writeFile(file, next ?? text.replace("Holds.", "Keeps."));
  return file;
}
