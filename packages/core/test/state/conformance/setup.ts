import type { JobRecord } from "../../../src/state/job-record.ts";
import type { NewJob, SessionRecord, StateStore } from "../../../src/state/store.ts";

/** A store under test, with a clock that stands still until it is moved. */
export interface OpenedStore {
  readonly store: StateStore;
  readonly clock: { time: number };
}

export const start: number = Date.parse("2026-03-01T12:00:00.000Z");
export const lease = { node: "node-1", leaseUntil: "2026-03-01T13:00:00.000Z" } as const;

let lastId = 0;

/** A job to enqueue; ids increase. */
export function newJob(fields: Partial<NewJob> = {}): NewJob {
  lastId += 1;
  return {
    id: `job-${String(lastId).padStart(16, "0")}`,
    agentName: "writer",
    trigger: "manual",
    prompt: "do it",
    priority: 0,
    runtime: "sdk",
    workingDirectory: "/work",
    ...fields,
  };
}

/** Opens an empty store of its own for one test. */
export type OpenStore = () => Promise<OpenedStore>;

export async function enqueue(store: StateStore, fields: Partial<NewJob> = {}): Promise<JobRecord> {
  const record = await store.jobs.enqueue(newJob(fields));
  if (!record) throw new Error("refused");
  return record;
}

export async function run(store: StateStore, fields: Partial<NewJob> = {}): Promise<JobRecord> {
  const { id, agentName } = await enqueue(store, fields);
  const [job] = await store.jobs.admit({ ...lease, perAgent: { [agentName]: 1_000 }, only: [id] });
  if (!job) throw new Error("not admitted");
  return job;
}

export async function done(store: StateStore, fields: Partial<NewJob> = {}): Promise<JobRecord> {
  const job = await run(store, fields);
  await store.jobs.finish(job, { status: "completed", exitReason: "success" });
  return get(store, job.id);
}

export function get(store: StateStore, id: string): JobRecord {
  const job = store.jobs.get(id);
  if (!job) throw new Error(`no job ${id}`);
  return job;
}

export function ids(jobs: readonly JobRecord[]): string[] {
  return jobs.map(({ id }) => id);
}

export function session(fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sessionId: "s-1",
    agentName: "writer",
    scope: "agent",
    runtime: "sdk",
    container: false,
    workingDirectory: "/work",
    jobId: "job-1",
    createdAt: "2026-03-01T12:00:00.000Z",
    lastUsedAt: "2026-03-01T12:00:00.000Z",
    ...fields,
  };
}
