import { FleetManagerError, withSuggestions } from "../errors.ts";
import type { InstalledAgent, InstalledAgents } from "./lock-file.ts";

/**
 * One of the agents from elsewhere.
 *
 * @throws `AGENT_NOT_FOUND`
 */
export function findInstalled(known: InstalledAgents, name: string): InstalledAgent {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found) return found;
  const sentence = `No agent "${name}" was added with \`herdctl agent add\`.`;
  throw new FleetManagerError(withSuggestions(sentence, name, Object.keys(known)), {
    code: "AGENT_NOT_FOUND",
    context: { agentName: name },
  });
}
