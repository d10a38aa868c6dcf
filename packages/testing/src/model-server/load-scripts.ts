import { readFile } from "node:fs/promises";
import { messageOf } from "@herdctl/core";
import { type ScriptBuilder, stepsOf } from "../script/builder.ts";
import { compileScript, type CompiledScript } from "../script/compile.ts";
import { parseScript } from "../script/parse.ts";
import type { Script } from "../script/script.ts";

/** Scripts as a caller gives them. */
export interface ScriptSources {
  /** By agent name, for prompts without a script of their own. */
  readonly scripts?: Readonly<Record<string, Script | ScriptBuilder>>;
  /** JSON file of the same shape: `{"<agent>": [steps]}`. */
  readonly scriptFile?: string;
  /** For agents without a script (default: one sentence that says so). */
  readonly fallback?: Script | ScriptBuilder;
}

/** Scripts, ready to follow. */
export interface LoadedScripts {
  readonly byAgent: ReadonlyMap<string, CompiledScript>;
  readonly fallback: CompiledScript;
}

const nothingScripted: Script = [{ text: "Nothing is scripted for this." }];

/**
 * Checks and compiles every script; `scripts` win over the file.
 *
 * @throws Error naming the agent and the step that has no meaning
 */
export async function loadScripts(sources: ScriptSources): Promise<LoadedScripts> {
  const { scripts = {}, scriptFile, fallback = nothingScripted } = sources;
  const fromFile = scriptFile === undefined ? [] : await readScriptFile(scriptFile);
  const fromCode = Object.entries(scripts).map(
    ([agent, source]) => [agent, compileNamed(agent, stepsOf(source))] as const,
  );
  return {
    byAgent: new Map([...fromFile, ...fromCode]),
    fallback: compileNamed("fallback", stepsOf(fallback)),
  };
}

async function readScriptFile(path: string): Promise<(readonly [string, CompiledScript])[]> {
  try {
    const json: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new Error("it must be an object of scripts by agent name");
    }
    return Object.entries(json).map(([agent, script]) => [agent, compileNamed(agent, script)]);
  } catch (cause) {
    throw new Error(`Script file ${path}: ${messageOf(cause)}`, { cause });
  }
}

function compileNamed(name: string, script: unknown): CompiledScript {
  try {
    return compileScript(parseScript(script));
  } catch (cause) {
    throw new Error(`script of "${name}": ${messageOf(cause)}`, { cause });
  }
}
