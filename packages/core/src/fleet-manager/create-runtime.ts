import { protectedFiles } from "../config/protected-files.ts";
import type { ResolvedAgent } from "../config/resolved.ts";
import { RuntimeFactory } from "../runner/runtime/factory.ts";
import type { RuntimeInterface } from "../runner/runtime/interface.ts";
import type { Fleet } from "./fleet.ts";

/** The runtime of an agent; throws where its configuration asks for one that there is not. */
export function createRuntime(fleet: Fleet, agent: ResolvedAgent): RuntimeInterface {
  const { state, env, config, log: logger } = fleet;
  const options = { stateDir: state.stateDir, env, protectedFiles: protectedFiles(config), logger };
  return fleet.options.runtimeFactory?.(agent, options) ?? RuntimeFactory.create(agent, options);
}
