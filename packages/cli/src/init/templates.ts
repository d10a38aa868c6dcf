/** A fleet file with these agents. */
export function fleetFile(name: string, agents: readonly string[]): string {
  return `# yaml-language-server: $schema=./herdctl.schema.json
version: 1

fleet:
  name: ${JSON.stringify(name)}

# What every agent starts from; an agent's own file wins.
defaults:
  max_turns: 30
  timeout: 15m

agents:
${agents.map((agent) => `  - path: agents/${agent}.yaml`).join("\n")}
`;
}

/** An agent that reads and changes nothing. */
export function agentFile(name: string, schema = "../herdctl.schema.json"): string {
  return `# yaml-language-server: $schema=${schema}
name: ${name}
description: Describes the files of this folder.

# Where it works, relative to this file.
working_directory: ..

# What \`herdctl trigger ${name}\` asks for.
default_prompt: |
  Look at the files in this folder and say in three sentences what they are for.
  Change nothing.

# Tools that need no approval. Nobody is there to approve others: they are denied.
allowed_tools: [Read, Glob, Grep]

# When it runs by itself, while \`herdctl start\` runs.
# schedules:
#   weekdays:
#     type: cron
#     cron: "0 9 * * 1-5"
#     prompt: Say what has changed since yesterday.
`;
}

/** JSON Schema of the configuration, for editors: a large file that nobody reads. */
export async function schemaFile(): Promise<string> {
  const { configJsonSchema } = await import("@herdctl/core");
  return `${JSON.stringify(configJsonSchema())}\n`;
}
