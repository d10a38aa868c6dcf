import { type Connection, numberOf, textOf } from "./connection.ts";

// As for jobs: a slice at a time, so that nobody waits.
const slice = 500;

// The last row of a schedule says up to where its instants are covered, so it stays however old.
const oldRows = `
  SELECT agent, schedule, era, due_ms FROM fires
  WHERE due_ms < ?1 AND until_ms < ?1 AND fate <> 'deciding'
    AND EXISTS (SELECT 1 FROM fires AS later
                WHERE later.agent = fires.agent AND later.schedule = fires.schedule
                  AND (later.era, later.due_ms) > (fires.era, fires.due_ms))
  ORDER BY due_ms LIMIT ?2`;

/** Removes rows whose instants are all before a time; resolves with how many. */
export function pruneFires(connection: Connection, before: string): number {
  const rows = connection.all(oldRows, Date.parse(before), slice);
  for (const row of rows) {
    connection.run(
      "DELETE FROM fires WHERE agent = ? AND schedule = ? AND era = ? AND due_ms = ?",
      textOf(row, "agent"),
      textOf(row, "schedule"),
      numberOf(row, "era"),
      numberOf(row, "due_ms"),
    );
  }
  return rows.length;
}
