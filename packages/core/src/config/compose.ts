import { glob } from "node:fs/promises";
import { basename, dirname, matchesGlob, resolve } from "node:path";
import { check } from "./check.ts";
import { expandHome, fleetFileIn, isYaml, kindOf } from "./find.ts";
import { type Layer, layerOf, mergedValue, placeIn, type Stack } from "./layer.ts";
import type { Place, ProblemList } from "./problems.ts";
import type { SourceReader } from "./reader.ts";
import { type AgentConfig, agentDefaultsSchema, agentSchema } from "./schema/agent.ts";
import { type FleetConfig, fleetSchema } from "./schema/fleet.ts";
import { name as nameSchema } from "./schema/fields.ts";
import type { WorkingRoot } from "./schema/working-directory.ts";
import type { Source } from "./source.ts";
import { isMapping, valueAt, type ValuePath } from "./value-path.ts";

/** An agent with everything that was merged into it. */
export interface ComposedAgent {
  /** `undefined`: it has problems. */
  readonly config: AgentConfig | undefined;
  readonly stack: Stack;
  /** Its name as written, valid or not. */
  readonly name: string | undefined;
  readonly fleetPath: readonly string[];
  /** Where a fleet refers to it; absent when it was loaded by itself. */
  readonly reference?: Place;
  /** `working_directory` of the nearest fleet, its root absolute. */
  readonly workingRoot?: WorkingRoot;
}

/** A fleet with its sub-fleets' agents. */
export interface ComposedFleet {
  readonly config: FleetConfig | undefined;
  readonly stack: Stack;
  readonly agents: readonly ComposedAgent[];
}

/** What composing needs. */
export interface ComposeContext {
  readonly reader: SourceReader;
  readonly problems: ProblemList;
}

interface FleetRequest {
  readonly source: Source;
  readonly fleetPath: readonly string[];
  /** Defaults of the fleets above, low to high. */
  readonly inherited: readonly Layer[];
  readonly overrides?: Layer;
  /** Fleet files from the root to here. */
  readonly chain: readonly string[];
  readonly workingRoot?: WorkingRoot;
}

// The root fleet alone decides these.
const rootOnly = ["web", "webhooks", "history", "concurrency", "budget", "notify"];

/** Composes a fleet file with its agents and sub-fleets. */
export async function composeFleet(
  source: Source,
  context: ComposeContext,
): Promise<ComposedFleet> {
  return await compose({ source, fleetPath: [], inherited: [], chain: [source.file] }, context);
}

/** Composes an agent file that no fleet refers to. */
export function composeAgent(source: Source, context: ComposeContext): ComposedAgent {
  const own = context.reader.layer({ source, at: [], as: "agent" });
  return agentOf({ stack: { layers: [own], own }, fleetPath: [] }, context);
}

async function compose(request: FleetRequest, context: ComposeContext): Promise<ComposedFleet> {
  const { reader, problems } = context;
  const own = reader.layer({ source: request.source, at: [], as: "fleet" });
  const layers = request.overrides ? [own, request.overrides] : [own];
  const stack: Stack = { layers, own };
  const config = check(fleetSchema, stack, { problems });
  if (request.fleetPath.length > 0) warnRootOnly(own, problems);
  const inside: FleetRequest = {
    ...request,
    inherited: [...request.inherited, ...defaultsOf(stack, context)],
    ...workingRootOf(config, stack, request),
  };
  const agents = await composeAgents(stack, inside, context);
  const nested = await composeSubFleets(stack, inside, context);
  return { config, stack, agents: [...agents, ...nested] };
}

function warnRootOnly(own: Layer, problems: ProblemList): void {
  for (const key of rootOnly) {
    if (valueAt(own.value, [key]) === undefined) continue;
    const place = { source: own.source, path: [key], on: "key" as const };
    problems.warning(place, `"${key}" of a sub-fleet is ignored: the fleet that starts decides`);
  }
}

function defaultsOf(stack: Stack, { reader, problems }: ComposeContext): Layer[] {
  return stack.layers.flatMap(({ source, at, value }) => {
    if (!isMapping(valueAt(value, ["defaults"]))) return [];
    const layer = reader.layer({ source, at: [...at, "defaults"], as: "agent" });
    check(agentDefaultsSchema, { layers: [layer], own: layer }, { problems, partial: true });
    return [layer];
  });
}

function workingRootOf(
  config: FleetConfig | undefined,
  stack: Stack,
  { workingRoot }: FleetRequest,
): { workingRoot?: WorkingRoot } {
  const own = config?.workingDirectory;
  if (!own) return workingRoot ? { workingRoot } : {};
  const { dir } = layerOf(stack, ["working_directory", "root"]).source;
  return { workingRoot: { ...own, root: resolve(dir, expandHome(own.root)) } };
}

async function composeAgents(
  stack: Stack,
  request: FleetRequest,
  context: ComposeContext,
): Promise<readonly ComposedAgent[]> {
  const references = valueAt(mergedValue(stack), ["agents"]);
  if (!Array.isArray(references)) return [];
  const composed = await Promise.all(
    references.map(async (reference: unknown, index) => {
      const path = ["agents", index];
      const target = pathOf(reference);
      if (target === undefined) return [];
      const place = placeIn(stack, typeof reference === "string" ? path : [...path, "path"]);
      const files = await expandReference(target, place, context);
      const overrides = overridesAt(stack, path, "agent", context);
      const sources = await Promise.all(files.map((file) => context.reader.read(file, place)));
      return sources
        .filter((source) => source?.value !== undefined)
        .map((source) => referredAgent(source as Source, { overrides, place, request }, context));
    }),
  );
  return composed.flat();
}

function pathOf(reference: unknown): string | undefined {
  const path = isMapping(reference) ? reference["path"] : reference;
  return typeof path === "string" && path !== "" ? path : undefined;
}

async function expandReference(
  path: string,
  place: Place,
  { problems, reader }: ComposeContext,
): Promise<readonly string[]> {
  const absolute = resolve(place.source.dir, expandHome(path));
  const { proposed } = reader.texts;
  const kind = await kindOf(absolute);
  if (kind === "file" || proposed.includes(absolute)) return [absolute];
  if (kind === "folder") {
    problems.error(place, `"${path}" is a folder: write "${path.replace(/\/$/, "")}/*.yaml"`);
    return [];
  }
  if (!/[*?[{]/.test(path)) {
    problems.error(place, `"${path}" does not exist: there is no file ${absolute}`);
    return [];
  }
  const there = await Array.fromAsync(glob(absolute));
  const matching = proposed.filter((file) => matchesGlob(file, absolute));
  const files = [...new Set([...there, ...matching])].filter(isYaml).toSorted();
  if (files.length === 0) problems.error(place, `"${path}" matches no YAML file`);
  return files;
}

function overridesAt(
  stack: Stack,
  path: ValuePath,
  as: "agent" | "fleet",
  { reader }: ComposeContext,
): Layer | undefined {
  const at = [...path, "overrides"];
  if (!isMapping(valueAt(mergedValue(stack), at))) return undefined;
  const layer = layerOf(stack, at);
  return reader.layer({ source: layer.source, at: [...layer.at, ...at], as });
}

interface Referral {
  readonly overrides: Layer | undefined;
  readonly place: Place;
  readonly request: FleetRequest;
}

function referredAgent(
  source: Source,
  { overrides, place, request }: Referral,
  context: ComposeContext,
): ComposedAgent {
  const { reader, problems } = context;
  const own = reader.layer({ source, at: [], as: "agent" });
  const layers = [...request.inherited, own, ...(overrides ? [overrides] : [])];
  if (overrides) {
    // What these replace must be right too: it would come back with the next edit.
    check(agentSchema, { layers: [own], own }, { problems, partial: true });
    check(agentSchema, { layers: [overrides], own: overrides }, { problems, partial: true });
  }
  const { fleetPath, workingRoot } = request;
  const stack = { layers, own };
  return agentOf(
    { stack, fleetPath, reference: place, ...(workingRoot && { workingRoot }) },
    context,
  );
}

function agentOf(
  facts: Omit<ComposedAgent, "config" | "name">,
  { problems }: ComposeContext,
): ComposedAgent {
  const config = check(agentSchema, facts.stack, { problems });
  const name = config?.name ?? valueAt(mergedValue(facts.stack), ["name"]);
  return { ...facts, config, name: typeof name === "string" ? name : undefined };
}

async function composeSubFleets(
  stack: Stack,
  request: FleetRequest,
  context: ComposeContext,
): Promise<readonly ComposedAgent[]> {
  const references = valueAt(mergedValue(stack), ["fleets"]);
  if (!Array.isArray(references)) return [];
  const taken = new Map<string, number>();
  const agents: ComposedAgent[] = [];
  for (const [index, reference] of references.entries()) {
    const target = pathOf(reference);
    if (target === undefined) continue;
    const place = placeIn(stack, ["fleets", index, "path"]);
    const source = await readSubFleet(target, { place, request }, context);
    if (!source) continue;
    const overrides = overridesAt(stack, ["fleets", index], "fleet", context);
    const name = subFleetName(reference, source, overrides);
    if (!checkSubFleetName(name, { place, taken, index }, context.problems)) continue;
    const fleet = await compose(
      {
        ...request,
        source,
        fleetPath: [...request.fleetPath, name],
        chain: [...request.chain, source.file],
        ...(overrides && { overrides }),
      },
      context,
    );
    agents.push(...fleet.agents);
  }
  return agents;
}

async function readSubFleet(
  target: string,
  { place, request }: Pick<Referral, "place" | "request">,
  { reader, problems }: ComposeContext,
): Promise<Source | undefined> {
  const absolute = resolve(place.source.dir, expandHome(target));
  const kind = await kindOf(absolute);
  const file = kind === "folder" ? await fleetFileIn(absolute) : absolute;
  if (kind === undefined || file === undefined) {
    const reason = kind ? "has no herdctl.yaml" : "does not exist";
    problems.error(place, `the sub-fleet "${target}" ${reason} (${absolute})`);
    return undefined;
  }
  if (request.chain.includes(file)) {
    const chain = [...request.chain.slice(request.chain.indexOf(file)), file].join(" → ");
    problems.error(place, `this sub-fleet contains itself: ${chain}`);
    return undefined;
  }
  const source = await reader.read(file, place);
  return source?.value === undefined ? undefined : source;
}

function subFleetName(reference: unknown, source: Source, overrides: Layer | undefined): string {
  const candidates = [
    valueAt(reference, ["name"]),
    valueAt(overrides?.value, ["fleet", "name"]),
    valueAt(source.value, ["fleet", "name"]),
  ];
  const written = candidates.find((candidate) => typeof candidate === "string");
  return typeof written === "string" ? written : basename(dirname(source.file));
}

function checkSubFleetName(
  name: string,
  { place, taken, index }: { place: Place; taken: Map<string, number>; index: number },
  problems: ProblemList,
): boolean {
  const result = nameSchema.safeParse(name);
  const first = taken.get(name);
  if (!result.success) {
    const reason = result.error.issues[0]?.message ?? "is not a name";
    problems.error(place, `the sub-fleet's name "${name}" ${reason}. Give it one with "name: …"`);
    return false;
  }
  if (first !== undefined) {
    problems.error(
      place,
      `a sub-fleet named "${name}" is here already (fleets.${first}): give this one another "name: …"`,
    );
    return false;
  }
  taken.set(name, index);
  return true;
}
