import type { Fleet } from "../fleet.ts";
import type { TriggerRequest } from "../trigger-request.ts";
import { findNamed } from "./find-named.ts";

/**
 * A request with the whole id of the session that it continues, where it has only a start of it; what
 * no session is named stays, for `checkSession` to say why.
 *
 * @throws SessionNotFoundError when more than one session starts like that
 */
export async function completeResume(
  fleet: Fleet,
  request: TriggerRequest,
): Promise<TriggerRequest> {
  const { resume } = request.options;
  if (resume === undefined || fleet.store.sessions.get(resume)) return request;
  const found = await findNamed(fleet, resume);
  if (!found) return request;
  return { ...request, options: { ...request.options, resume: found.sessionId } };
}
