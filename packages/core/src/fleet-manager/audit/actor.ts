import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "../../state/audit-store.ts";

const actors = new AsyncLocalStorage<Actor>();
const ownProcess: Actor = { via: "process" };

/** Runs `action`, and what follows from it, on behalf of somebody: their name is in the audit. */
export function runAs<Result>(actor: Actor, action: () => Result): Result {
  return actors.run(actor, action);
}

/** On whose behalf the code that asks runs; by itself, its own program's. */
export function currentActor(): Actor {
  return actors.getStore() ?? ownProcess;
}
