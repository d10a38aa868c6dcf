import type { ResolvedAgent } from "../../config/resolved.ts";

/** The text that takes the place of Claude Code's own system prompt, or that is added to it. */
export function systemPromptOf(agent: Pick<ResolvedAgent, "identity" | "systemPrompt">): {
  readonly replace?: string;
  readonly append?: string;
} {
  const identity = identityText(agent.identity);
  if (typeof agent.systemPrompt === "string") {
    return { replace: joined(identity, agent.systemPrompt) };
  }
  const append = joined(identity, agent.systemPrompt?.append);
  return append === "" ? {} : { append };
}

function identityText(identity: ResolvedAgent["identity"]): string {
  const facts = [
    identity?.name === undefined ? "" : `Your name is ${identity.name}.`,
    identity?.role === undefined ? "" : `Your role: ${identity.role}`,
    identity?.personality === undefined ? "" : `Your personality: ${identity.personality}`,
  ];
  return facts.filter((fact) => fact !== "").join("\n");
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}
