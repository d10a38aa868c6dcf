import { FleetManagerError } from "../errors.ts";

/** The source of an agent cannot be fetched, or has what no agent may have. */
export function sourceError(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "AGENT_SOURCE" });
}
