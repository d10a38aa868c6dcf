import { FleetManagerError } from "../../errors.ts";
import type { FirePage, FireStore } from "../store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";
import { toFire } from "./fire-rows.ts";

type Filter = Parameters<FireStore["list"]>[0];
type Place = readonly [due: number, agent: string, schedule: string, era: number];

/** A page of the ledger, latest due time first. */
export function listFires(connection: Connection, filter: Filter): FirePage {
  const limit = filter.limit ?? Infinity;
  const after = filter.cursor === undefined ? undefined : toPlace(filter.cursor);
  const rows = connection.all(
    `SELECT * FROM fires WHERE (?1 IS NULL OR agent = ?1) AND (?2 IS NULL OR schedule = ?2)
       AND (?3 IS NULL OR (due_ms, agent, schedule, era) < (?3, ?4, ?5, ?6))
     ORDER BY due_ms DESC, agent DESC, schedule DESC, era DESC LIMIT ?7`,
    filter.agentName ?? null,
    filter.scheduleName ?? null,
    ...(after ?? [null, null, null, null]),
    // SQLite: a negative limit is none.
    Number.isFinite(limit) ? limit + 1 : -1,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    fires: page.map(toFire),
    ...(last && rows.length > limit && { nextCursor: toCursor(last) }),
  };
}

function toCursor(row: Row): string {
  const place: Place = [
    numberOf(row, "due_ms"),
    textOf(row, "agent"),
    textOf(row, "schedule"),
    numberOf(row, "era"),
  ];
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function toPlace(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (isPlace(place)) return place;
  } catch {
    // Not JSON: not one of ours.
  }
  throw new FleetManagerError(`"${cursor}" is not a cursor that a list of fires gave.`, {
    code: "INVALID_REQUEST",
  });
}

function isPlace(value: unknown): value is Place {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const types = ["number", "string", "string", "number"];
  return types.every((type, index) => typeof value[index] === type);
}
