import type { ModelUsage } from "../job-record.ts";
import { localDay } from "../local-day.ts";
import type { UsageRecord, UsageStore } from "../usage-store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";

// One row per day, agent and model; kept when the jobs behind it are forgotten.
export const usageSchema: string = `
CREATE TABLE usage (
  day TEXT NOT NULL,
  agent TEXT NOT NULL,
  model TEXT NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_creation INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  PRIMARY KEY (day, agent, model)
) WITHOUT ROWID;`;

/** What the fleet has spent. */
export function createUsageStore(connection: Connection): UsageStore {
  return {
    costUsd: ({ day, agentName }) =>
      numberOf(
        connection.get(
          `SELECT coalesce(sum(cost_usd), 0.0) AS cost FROM usage
           WHERE day = ?1 AND (?2 IS NULL OR agent = ?2)`,
          day,
          agentName ?? null,
        ),
        "cost",
      ),
    list: ({ since, agentName }) =>
      connection
        .all(
          `SELECT * FROM usage WHERE day >= ?1 AND (?2 IS NULL OR agent = ?2)
           ORDER BY day, agent, model`,
          since,
          agentName ?? null,
        )
        .map(toUsageRecord),
  };
}

interface Spending {
  readonly agentName: string;
  /** ISO time. */
  readonly now: string;
  /** What the job had used when it was last stored, and what it has used now. */
  readonly before: Readonly<Record<string, ModelUsage>> | undefined;
  readonly after: Readonly<Record<string, ModelUsage>> | undefined;
}

/** Adds what a job has used since it was last stored. */
export function addUsage(connection: Connection, spending: Spending): void {
  const { agentName, before = {}, after = {} } = spending;
  const day = localDay(new Date(spending.now));
  for (const [model, used] of Object.entries(after)) {
    const had = before[model];
    connection.run(
      `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET input = input + excluded.input, output = output + excluded.output,
         cache_read = cache_read + excluded.cache_read,
         cache_creation = cache_creation + excluded.cache_creation,
         cost_usd = cost_usd + excluded.cost_usd`,
      day,
      agentName,
      model,
      used.inputTokens - (had?.inputTokens ?? 0),
      used.outputTokens - (had?.outputTokens ?? 0),
      used.cacheReadTokens - (had?.cacheReadTokens ?? 0),
      used.cacheCreationTokens - (had?.cacheCreationTokens ?? 0),
      used.costUsd - (had?.costUsd ?? 0),
    );
  }
}

function toUsageRecord(row: Row): UsageRecord {
  return {
    day: textOf(row, "day"),
    agentName: textOf(row, "agent"),
    model: textOf(row, "model"),
    inputTokens: numberOf(row, "input"),
    outputTokens: numberOf(row, "output"),
    cacheReadTokens: numberOf(row, "cache_read"),
    cacheCreationTokens: numberOf(row, "cache_creation"),
    costUsd: numberOf(row, "cost_usd"),
  };
}
