import { existsSync } from "node:fs";
import { errorKindOf, type RecordChange, type StateManager } from "@herdctl/core";

/** Keeps changes of a fleet that cannot be opened in its audit, where at least that can be written. */
export function recordIn(stateDir: string): RecordChange {
  return async ({ newAgentName, ...asked }, act) => {
    const state = await tryOpen(stateDir);
    const audit = state?.store.audit;
    try {
      const at = new Date().toISOString();
      const began = audit?.begin({ ...asked, at, actor: { via: "process" } });
      const seq = await began?.catch(() => undefined);
      const end = async (outcome: string, agentName?: string): Promise<void> => {
        const named = agentName === undefined ? {} : { agentName };
        if (seq !== undefined) await audit?.end(seq, { outcome, ...named }).catch(() => undefined);
      };
      try {
        const result = await act();
        await end("ok", newAgentName?.(result));
        return result;
      } catch (error) {
        await end(errorKindOf(error).code);
        throw error;
      }
    } finally {
      await state?.close();
    }
  };
}

async function tryOpen(stateDir: string): Promise<StateManager | undefined> {
  if (!existsSync(stateDir)) return undefined;
  const { StateManager } = await import("@herdctl/core");
  return StateManager.open({ stateDir }).catch(() => undefined);
}
