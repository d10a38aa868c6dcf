import { type AgentInstaller, FleetManagerError } from "@herdctl/core";
import type { OperationHandler } from "./operation-handler.ts";

type AgentHandlers = { readonly [Name in keyof AgentInstaller]: OperationHandler<Name> };

/** Serves agents from elsewhere. A client that goes away ends the fetch, and so does the server's end. */
export function agentHandlers(fleet: AgentInstaller): AgentHandlers {
  return {
    previewAgent: ({ body: { source, ...choice } }, signal) =>
      unlessStopped(fleet.previewAgent(source, { ...choice, signal }), signal),
    addAgent: ({ body: { source, ...choice } }, signal) =>
      unlessStopped(fleet.addAgent(source, { ...choice, signal }), signal),
    getInstalledAgents: async () => ({ agents: await fleet.getInstalledAgents() }),
    getInstalledAgent: ({ params }) => fleet.getInstalledAgent(params.agentName),
    removeAgent: ({ params, body }) => fleet.removeAgent(params.agentName, body),
  };
}

/** That somebody ended it is no fault of the daemon's. */
async function unlessStopped<Result>(asked: Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new FleetManagerError("The daemon stops: nothing was fetched, and nothing changed.", {
      code: "DAEMON_UNREACHABLE",
    });
  }
}
