import type { ScheduleRecord, ScheduleStore } from "../schedule-store.ts";
import { type Connection, type Row, textOf } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

export const schedulesSchema: string = `
CREATE TABLE schedules (
  agent TEXT NOT NULL,
  schedule TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (agent, schedule)
) WITHOUT ROWID;`;

/** Runtime state of schedules: reads at once, commands in the next group commit. */
export function createScheduleStore(connection: Connection, queue: WriteQueue): ScheduleStore {
  return {
    get: (agentName, scheduleName) => readSchedule(connection, agentName, scheduleName),
    all: () => connection.all("SELECT doc FROM schedules ORDER BY agent, schedule").map(toSchedule),
    put: (record) => queue.write(() => putSchedule(connection, record)),
    anchor: (change, seen) => queue.write(() => anchor(connection, change, seen)),
  };
}

/** Creates or changes a record. */
export function putSchedule(
  connection: Connection,
  change: Parameters<ScheduleStore["put"]>[0],
): void {
  const { agentName, scheduleName } = change;
  const known = readSchedule(connection, agentName, scheduleName);
  const record: ScheduleRecord = { enabled: true, ...known, ...change };
  connection.run(
    "INSERT INTO schedules VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET doc = excluded.doc",
    agentName,
    scheduleName,
    JSON.stringify(record),
  );
}

type Anchor = Parameters<ScheduleStore["anchor"]>;

function anchor(connection: Connection, change: Anchor[0], seen: Anchor[1]): ScheduleRecord {
  const { agentName, scheduleName } = change;
  const known = readSchedule(connection, agentName, scheduleName);
  const isSeen = known?.anchor === seen?.anchor && known?.expression === seen?.expression;
  if (known && !isSeen) return known;
  putSchedule(connection, change);
  return { enabled: true, ...known, ...change };
}

function readSchedule(
  connection: Connection,
  agentName: string,
  scheduleName: string,
): ScheduleRecord | undefined {
  const row = connection.get(
    "SELECT doc FROM schedules WHERE agent = ? AND schedule = ?",
    agentName,
    scheduleName,
  );
  return row && toSchedule(row);
}

function toSchedule(row: Row): ScheduleRecord {
  return JSON.parse(textOf(row, "doc"));
}
