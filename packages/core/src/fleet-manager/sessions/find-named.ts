import { SessionNotFoundError } from "../errors.ts";
import type { Fleet } from "../fleet.ts";
import { findRecorded, findSessions, type FoundSession } from "./find-sessions.ts";

/**
 * The session that has this id, or a unique start of it.
 *
 * @throws SessionNotFoundError when more than one session starts like that
 */
export async function findNamed(
  fleet: Pick<Fleet, "store" | "env" | "state" | "config">,
  id: string,
): Promise<FoundSession | undefined> {
  if (id === "") return undefined;
  const recorded = await findRecorded(fleet, id);
  if (recorded) return recorded;
  const found = await findSessions(fleet, fleet.config.agents, { prefix: id });
  const exact = found.find(({ sessionId }) => sessionId === id);
  if (exact || found.length <= 1) return exact ?? found[0];
  throw new SessionNotFoundError(
    id,
    found.slice(0, 5).map(({ sessionId }) => sessionId),
  );
}
