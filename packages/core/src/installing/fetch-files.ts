import { posix } from "node:path";
import { isYaml } from "../config/find.ts";
import { type AgentSource, describeSource } from "./agent-source.ts";
import { type FetchOptions, fetchRepository } from "./fetch-repository.ts";
import { FleetManagerError, messageOf } from "../errors.ts";
import { findAgentFile } from "./find-agent-file.ts";
import { readFolder } from "./read-folder.ts";
import type { FetchedFiles } from "./source-entry.ts";
import { sourceError } from "./source-error.ts";

/** The files of an agent, and which of them is its own. */
export interface FetchedAgent extends FetchedFiles {
  readonly file: string;
}

/**
 * Reads the files of an agent from where they come, without writing any.
 *
 * @throws `AGENT_SOURCE`
 */
export async function fetchFiles(
  source: AgentSource,
  options: FetchOptions,
): Promise<FetchedAgent> {
  const { folder, file } = splitPath(source.inside);
  try {
    const fetched =
      source.type === "git"
        ? await fetchRepository(source, folder, options)
        : await readFolder(posix.join(source.folder, folder));
    const paths = fetched.files.map(({ path }) => path);
    return { ...fetched, file: findAgentFile(paths, file) };
  } catch (error) {
    if (!(error instanceof FleetManagerError)) throw error;
    throw sourceError(`No agent can be had from ${describeSource(source)}. ${messageOf(error)}`);
  }
}

function splitPath(inside: string): { readonly folder: string; readonly file?: string } {
  if (!isYaml(inside)) return { folder: inside };
  const folder = posix.dirname(inside);
  return { folder: folder === "." ? "" : folder, file: posix.basename(inside) };
}
