import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "@herdctl/core";
import { Option } from "commander";
import type { Context } from "./context.ts";
import { usageError } from "./usage-error.ts";

/** Where a prompt comes from. */
export interface PromptOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
}

/** `--prompt-file` */
export function promptFileOption(): Option {
  return new Option("--prompt-file <path>", "read the prompt from a file").conflicts("prompt");
}

/** The prompt that the command line gives, if any: text, standard input or a file. */
export async function readPrompt(
  { prompt, promptFile }: PromptOptions,
  { cwd, stdin }: Pick<Context, "cwd" | "stdin">,
): Promise<string | undefined> {
  if (promptFile !== undefined)
    return required(await readPromptFile(resolve(cwd, promptFile)), promptFile);
  if (prompt === undefined) return undefined;
  if (prompt !== "-") return required(prompt, "--prompt");
  return required(await readAll(stdin), "standard input");
}

async function readPromptFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw usageError(`The prompt file cannot be read: ${messageOf(error)}.`);
  }
}

/** All that comes on standard input. */
export async function readAll(stdin: Context["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function required(text: string, source: string): string {
  if (text.trim() === "") throw usageError(`The prompt from ${source} is empty.`);
  return text;
}
