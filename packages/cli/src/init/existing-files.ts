import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { addAgentReference } from "@herdctl/core";

/** Adds an agent to a fleet file, whose comments and formatting stay. */
export async function addToFleet(fleetFile: string, agentFile: string): Promise<void> {
  const text = await readFile(fleetFile, "utf8");
  const path = relative(dirname(fleetFile), agentFile);
  await writeFile(fleetFile, addAgentReference(text, { path }));
}

const ignored = [".herdctl/", ".env"];

/** Has git ignore state and secrets; resolves with whether there was something to add. */
export async function ignoreState(dir: string): Promise<boolean> {
  const file = join(dir, ".gitignore");
  const text = await readFile(file, "utf8").catch(() => "");
  const known = new Set(text.split("\n").map((line) => line.trim().replace(/^\/|\/$/g, "")));
  const missing = ignored.filter((line) => !known.has(line.replace(/\/$/, "")));
  if (missing.length === 0) return false;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await writeFile(file, `${text}${gap}${missing.join("\n")}\n`);
  return true;
}
