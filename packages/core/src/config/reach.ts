import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ComposedAgent } from "./compose.ts";
import { expandHome } from "./find.ts";
import { layerOf, mergedValue } from "./layer.ts";
import { kindOfRepo } from "./repo-kind.ts";
import type { ResolvedWorkSource } from "./resolved.ts";
import { isMapping, valueAt, type ValuePath } from "./value-path.ts";

/** A place on the host that a configuration names for a container, or for the model in it, to see. */
interface Reach {
  readonly path: ValuePath;
  readonly place: string;
  /** Completes "an agent file may not". */
  readonly deed: string;
}

/** What the file of an agent in a container names outside its own folder; links are followed. */
export function reachesOutside(agent: ComposedAgent): readonly Reach[] {
  const { own } = agent.stack;
  return reachesOf(agent).filter(
    ({ path, place }) =>
      layerOf(agent.stack, path) === own && isOutside(own.source.dir, expandHome(place)),
  );
}

function reachesOf({ config, stack }: ComposedAgent): readonly Reach[] {
  if (!config) return [];
  const { repo, plugins, workSource } = config;
  return [
    ...workspaceOf(mergedValue(stack)),
    ...plugins.map((plugin, index) => ({
      path: ["plugins", index],
      place: plugin.path,
      deed: "give its container a plugin from",
    })),
    ...(repo === undefined ? [] : repositoryOf(repo)),
    ...folderOf(["work_source"], workSource),
    ...Object.entries(config.schedules).flatMap(([name, schedule]) => [
      ...promptOf(["schedules", name, "prompt_file"], schedule.promptFile),
      ...folderOf(["schedules", name, "work_source"], schedule.workSource),
    ]),
  ];
}

function workspaceOf(value: unknown): readonly Reach[] {
  const written = valueAt(value, ["working_directory"]);
  const path = isMapping(written) ? ["working_directory", "root"] : ["working_directory"];
  const place = isMapping(written) ? written["root"] : written;
  return typeof place === "string" ? [{ path, place, deed: "put its container's workspace" }] : [];
}

/** What is cloned is the container's to read. */
function repositoryOf(repo: string): readonly Reach[] {
  const place = /^file:\/\//i.test(repo) ? pathOf(repo) : repo;
  return kindOfRepo(place) === "path"
    ? [{ path: ["repo"], place, deed: "have its container work on a repository" }]
    : [];
}

function pathOf(url: string): string {
  // One with a host is for git to refuse.
  return URL.canParse(url) && new URL(url).host === "" ? fileURLToPath(url) : url;
}

function promptOf(path: ValuePath, place: string | undefined): readonly Reach[] {
  return place === undefined ? [] : [{ path, place, deed: "take its prompt from" }];
}

function folderOf(path: ValuePath, source: ResolvedWorkSource | undefined): readonly Reach[] {
  if (source?.type !== "folder" || typeof source.path !== "string") return [];
  return [{ path: [...path, "path"], place: source.path, deed: "take its work from" }];
}

function isOutside(folder: string, path: string): boolean {
  const from = realPathOf(folder);
  return /^\.\.(?:[/\\]|$)/.test(relative(from, realPathOf(resolve(folder, path))));
}

/** Where a path leads, as far as it exists. */
function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), basename(path));
  }
}
