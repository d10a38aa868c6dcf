import type { ComposedAgent } from "./compose.ts";
import { layerOf } from "./layer.ts";
import type { ResolvedHook } from "./resolved.ts";
import type { HooksConfig } from "./schema/hook.ts";

/**
 * Says which hooks of an agent in a container run on the host: those that a fleet file gives it. What
 * its own file brings along stays in the container, unless no fleet refers to it: then it is the
 * operator's.
 */
export function placeHooks(agent: ComposedAgent, hooks: HooksConfig): HooksConfig {
  const placed = (key: string, list: readonly ResolvedHook[]): readonly ResolvedHook[] => {
    const isOwn = layerOf(agent.stack, ["hooks", key]) === agent.stack.own;
    return agent.reference && isOwn ? list : list.map((hook) => ({ ...hook, onHost: true }));
  };
  return {
    beforeRun: placed("before_run", hooks.beforeRun),
    afterRun: placed("after_run", hooks.afterRun),
    onError: placed("on_error", hooks.onError),
  };
}
