import type { FireFate, FireKey, FireRecord, SkipReason, UndecidedFire } from "../store.ts";
import { type Row, numberOf, textOf } from "./connection.ts";

/** Reads a row of the ledger. */
export function toFire(row: Row): FireRecord {
  const { due_ms: due, until_ms: until, reason, job_id: jobId, decided_ms: decided } = row;
  return {
    ...toKey(row),
    fate: textOf(row, "fate") as FireFate,
    count: numberOf(row, "n"),
    ...(until !== due && { until: toIso(numberOf(row, "until_ms")) }),
    ...(typeof reason === "string" && { reason: reason as SkipReason }),
    ...(typeof jobId === "string" && { jobId }),
    ...(typeof decided === "number" && { decidedAt: toIso(decided) }),
  };
}

/** Reads a row that has no fate yet. */
export function toUndecided(row: Row): UndecidedFire {
  const { owner } = row;
  return {
    ...toKey(row),
    fence: numberOf(row, "fence"),
    ...(typeof owner === "string" && { owner }),
  };
}

function toKey(row: Row): FireKey {
  const era = numberOf(row, "era");
  return {
    agentName: textOf(row, "agent"),
    scheduleName: textOf(row, "schedule"),
    dueAt: toIso(numberOf(row, "due_ms")),
    ...(era !== 0 && { era }),
  };
}

/** The primary key of an instant's row. */
export function placeOf(key: FireKey): readonly [string, string, number, number] {
  return [key.agentName, key.scheduleName, key.era ?? 0, Date.parse(key.dueAt)];
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
