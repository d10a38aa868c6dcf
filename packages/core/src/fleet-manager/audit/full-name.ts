import { type Fleet, findAgent } from "../fleet.ts";

/** An agent's qualified name; one that is not configured, or not any more, is told by what it is called. */
export function fullName({ config }: Pick<Fleet, "config">, name: string): string {
  try {
    return findAgent(config, name).qualifiedName;
  } catch {
    return name;
  }
}
