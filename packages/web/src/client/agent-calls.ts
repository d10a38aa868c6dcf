import type { AgentInstaller } from "@herdctl/core";
import type { Connection } from "./connection.ts";

// A fetch of git may take two minutes, and what is read after it half a minute for each of three steps.
const fetchDeadline = 240_000;
// What the fleet had for the agent is ended first.
const removeDeadline = 120_000;

const nothing = { params: {}, query: {}, body: {} };

/** Agents from elsewhere, over a connection. A signal that aborts stops the fetch, too. */
export function agentCalls({ call }: Connection): AgentInstaller {
  return {
    previewAgent: (source, { signal, ...choice } = {}) =>
      call("previewAgent", { ...nothing, body: { source, ...choice } }, fetching(signal)),
    addAgent: (source, { signal, ...choice } = {}) =>
      call("addAgent", { ...nothing, body: { source, ...choice } }, fetching(signal)),
    getInstalledAgents: async () => (await call("getInstalledAgents", nothing)).agents,
    getInstalledAgent: (agentName) =>
      call("getInstalledAgent", { ...nothing, params: { agentName } }),
    removeAgent: (agentName, body = {}) =>
      call("removeAgent", { params: { agentName }, query: {}, body }, { deadline: removeDeadline }),
  };
}

function fetching(signal: AbortSignal | undefined): {
  readonly deadline: number;
  readonly signal?: AbortSignal;
} {
  return { deadline: fetchDeadline, ...(signal && { signal }) };
}
