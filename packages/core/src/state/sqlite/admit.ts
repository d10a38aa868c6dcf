import { type Candidate, freeSlot, planAdmission, roomOf, spareOf } from "../admission.ts";
import type { JobRecord } from "../job-record.ts";
import type { AdmitRequest } from "../store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";
import { readJob, replaceJob } from "./job-rows.ts";
import { countByAgent } from "./totals.ts";

/** Moves queued jobs to `running`: one transaction, so that limits hold over all processes. */
export function admitJobs(
  connection: Connection,
  request: AdmitRequest,
  now: string,
): readonly JobRecord[] {
  const running = countByAgent(connection, "running");
  const candidates = request.only
    ? request.only.flatMap((id) => candidate(connection, id))
    : [
        ...headsOfQueue(connection, request, running),
        ...(request.conversations ?? []).flatMap((id) => candidate(connection, id)),
      ];
  const takeSlot = slotsIn(connection);
  return planAdmission(candidates, running, request).flatMap(({ id }) => {
    const queued = readJob(connection, id);
    if (!queued) return [];
    const admitted = start({ ...queued, slot: takeSlot(queued.agentName) }, request, now);
    replaceJob(connection, admitted);
    return admitted;
  });
}

/** Gives out places among the running jobs of an agent. */
function slotsIn(connection: Connection): (agentName: string) => number {
  const taken = new Map<string, Set<number>>();
  return (agentName) => {
    const ofAgent = taken.get(agentName) ?? readSlots(connection, agentName);
    taken.set(agentName, ofAgent);
    const slot = freeSlot(ofAgent);
    ofAgent.add(slot);
    return slot;
  };
}

function readSlots(connection: Connection, agentName: string): Set<number> {
  const rows = connection.all(
    `SELECT doc ->> '$.slot' AS slot FROM jobs
     WHERE agent = ? AND status = 'running' AND slot IS NOT NULL`,
    agentName,
  );
  return new Set(rows.map((row) => numberOf(row, "slot")));
}

function start(queued: JobRecord, request: AdmitRequest, now: string): JobRecord {
  return {
    ...queued,
    status: "running",
    attempt: queued.attempt + 1,
    fence: queued.fence + 1,
    node: request.node,
    leaseUntil: request.leaseUntil,
    startedAt: queued.startedAt ?? now,
  };
}

// As many of each agent as could start, found through an index: what a queue of 50,000 jobs costs
// depends on the room, not on the queue.
function headsOfQueue(
  connection: Connection,
  request: AdmitRequest,
  running: ReadonlyMap<string, number>,
): readonly Candidate[] {
  const room = roomOf(running, request);
  if (room <= 0) return [];
  return [...countByAgent(connection, "queued").keys()].flatMap((agentName) => {
    const wanted = Math.min(room, spareOf(running, request, agentName));
    if (wanted <= 0) return [];
    return connection
      .all(
        `SELECT seq, id, agent, priority FROM jobs INDEXED BY jobs_agent_queue
         WHERE status = 'queued' AND agent = ?
           AND doc ->> '$.conversation' IS NULL
         ORDER BY priority DESC, seq LIMIT ?`,
        agentName,
        Number.isFinite(wanted) ? wanted : -1,
      )
      .map(toCandidate);
  });
}

function candidate(connection: Connection, id: string): Candidate[] {
  const row = connection.get(
    "SELECT seq, id, agent, priority FROM jobs WHERE id = ? AND status = 'queued'",
    id,
  );
  return row ? [toCandidate(row)] : [];
}

function toCandidate(row: Row): Candidate {
  return {
    id: textOf(row, "id"),
    agentName: textOf(row, "agent"),
    priority: numberOf(row, "priority"),
    queueSeq: numberOf(row, "seq"),
  };
}
