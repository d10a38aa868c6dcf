import type { JobStore } from "../store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";

type Keep = Parameters<JobStore["prune"]>[0];

// Deleting 20,000 rows at once would block for 400 ms; a slice takes about 5.
const slice = 100;
const freedPages = 200;

/** Removes final jobs beyond the numbers and the time to keep; resolves with their ids. */
export function prune(connection: Connection, keep: Keep): readonly string[] {
  const room = keep.max ?? slice;
  const removed: string[] = [];
  for (const [agentName, count] of finishedByAgent(connection)) {
    const excess = Math.min(count - keep.perAgent, room - removed.length);
    if (excess > 0) removed.push(...remove(connection, oldestOf(connection, agentName, excess)));
  }
  if (keep.total !== undefined) {
    const excess = Math.min(finishedTotal(connection) - keep.total, room - removed.length);
    if (excess > 0) removed.push(...remove(connection, oldest(connection, excess)));
  }
  const left = room - removed.length;
  if (keep.finishedAfter !== undefined && left > 0)
    removed.push(...remove(connection, finishedBefore(connection, keep.finishedAfter, left)));
  // Gives the space of the slice back to the disk; bounded, since it moves pages.
  if (removed.length > 0) connection.script(`PRAGMA incremental_vacuum(${freedPages})`);
  return removed;
}

function finishedByAgent(connection: Connection): readonly (readonly [string, number])[] {
  return connection
    .all(
      `SELECT agent, sum(n) AS n FROM totals WHERE status IN ('completed', 'failed', 'cancelled')
       GROUP BY agent`,
    )
    .map((row) => [textOf(row, "agent"), numberOf(row, "n")] as const);
}

function finishedTotal(connection: Connection): number {
  return finishedByAgent(connection).reduce((sum, [, count]) => sum + count, 0);
}

function oldestOf(connection: Connection, agentName: string, count: number): readonly Row[] {
  return connection.all(
    `SELECT seq, id FROM jobs INDEXED BY jobs_agent_finished
     WHERE agent = ? AND finished_ms IS NOT NULL ORDER BY seq LIMIT ?`,
    agentName,
    count,
  );
}

function finishedBefore(connection: Connection, time: string, count: number): readonly Row[] {
  return connection.all(
    "SELECT seq, id FROM jobs WHERE finished_ms < ? ORDER BY finished_ms LIMIT ?",
    Date.parse(time),
    count,
  );
}

function oldest(connection: Connection, count: number): readonly Row[] {
  return connection.all(
    "SELECT seq, id FROM jobs NOT INDEXED WHERE finished_ms IS NOT NULL ORDER BY seq LIMIT ?",
    count,
  );
}

function remove(connection: Connection, rows: readonly Row[]): readonly string[] {
  return rows.map((row) => {
    connection.run("DELETE FROM jobs WHERE seq = ?", numberOf(row, "seq"));
    return textOf(row, "id");
  });
}
