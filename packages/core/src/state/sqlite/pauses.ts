import type { PauseStore } from "../pause-store.ts";
import { type Connection, textOf } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

// The empty name is the fleet.
export const pausesSchema: string = `
CREATE TABLE pauses (agent TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID;`;

/** What a person has paused, over restarts. */
export function createPauseStore(connection: Connection, queue: WriteQueue): PauseStore {
  return {
    all: () =>
      connection
        .all("SELECT agent, since FROM pauses ORDER BY agent")
        .map((row) => ({ agentName: textOf(row, "agent"), since: textOf(row, "since") })),
    pause: (agentName, since) =>
      queue.write(
        () =>
          connection.run(
            "INSERT INTO pauses VALUES (?, ?) ON CONFLICT DO NOTHING",
            agentName,
            since,
          ) === 1,
      ),
    resume: (agentName) =>
      queue.write(() => connection.run("DELETE FROM pauses WHERE agent = ?", agentName) === 1),
  };
}
