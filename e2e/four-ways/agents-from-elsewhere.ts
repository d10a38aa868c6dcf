import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ways } from "./open-ways.ts";

const guest = `name: guest
description: Greets.
hooks:
  after_run: [{ type: shell, command: "./wave.sh" }]
`;

/** An agent is in a folder, and not in the fleet; resolves with the folder. */
export async function offered({ files, library }: Ways): Promise<string> {
  const known = await library.getInstalledAgents();
  if (known.length > 0) await library.removeAgent("guest");
  const folder = join(files.dir, "shared/guest");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "agent.yaml"), guest);
  await writeFile(join(folder, "wave.sh"), "#!/bin/sh\n", { mode: 0o755 });
  return folder;
}

/** It is in the fleet. */
export async function installed(ways: Ways): Promise<void> {
  await ways.library.addAgent(await offered(ways));
}
