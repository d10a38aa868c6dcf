import type { FleetOperations } from "../operations.ts";
import type { Connection } from "./connection.ts";

/** What agents remember, over a connection. */
export function memoryCalls({
  call,
}: Connection): Pick<FleetOperations, "getMemory" | "forgetMemory"> {
  return {
    getMemory: async (agentName, query = {}) =>
      (await call("getMemory", { params: { agentName }, query, body: {} })).memory,
    forgetMemory: async (agentName, key) => {
      const body = key === undefined ? {} : { key };
      return (await call("forgetMemory", { params: { agentName }, query: {}, body })).forgotten;
    },
  };
}
