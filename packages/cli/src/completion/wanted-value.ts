import type { Argument, Command, Option } from "commander";

/** What may stand where somebody asks for completion. */
export type WantedValue =
  | { readonly kind: "choice"; readonly choices: readonly Candidate[] }
  | {
      readonly kind:
        | "agent"
        | "installed agent"
        | "job"
        | "session"
        | "approval"
        | "file"
        | "nothing";
    }
  | { readonly kind: "schedule"; readonly agentName: string | undefined }
  /** A job that is not over. */
  | { readonly kind: "live job" };

/** Something that may stand there. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What a word that somebody has begun may become. */
export interface Wanted {
  readonly values: readonly WantedValue[];
  /** What stands before the value in the same word: `--status=`. */
  readonly prefix: string;
  /** What of the value is there. */
  readonly typed: string;
  /** The options that were given so far, by name. */
  readonly given: ReadonlyMap<string, string>;
}

/** Reads a command line up to the word that is to be completed, its last one. */
export function readWanted(program: Command, words: readonly string[]): Wanted {
  const { before, current } = splitWords(words);
  const state = walk(program, before);
  const given = state.given;
  if (state.pending) {
    return { values: [valueOfOption(state.pending, state)], prefix: "", typed: current, given };
  }
  const [, name = "", typed = ""] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  const option = name === "" ? undefined : findOption(state.command, name);
  if (option) return { values: [valueOfOption(option, state)], prefix: `${name}=`, typed, given };
  const values = current.startsWith("-") ? [optionsOf(state)] : positionals(state);
  return { values, prefix: "", typed: current, given };
}

/** bash makes a word of the `=` between an option and its value. */
function splitWords(words: readonly string[]): {
  readonly before: readonly string[];
  readonly current: string;
} {
  const last = words.at(-1) ?? "";
  return {
    before: words.slice(0, -1).filter((word) => word !== "="),
    current: last === "=" ? "" : last,
  };
}

interface State {
  readonly command: Command;
  readonly arguments: readonly string[];
  /** An option that the next word is the value of. */
  readonly pending: Option | undefined;
  readonly given: ReadonlyMap<string, string>;
  readonly optionsEnded: boolean;
}

function walk(program: Command, words: readonly string[]): State {
  let command = program;
  let pending: Option | undefined;
  let optionsEnded = false;
  const positional: string[] = [];
  const given = new Map<string, string>();
  for (const word of words) {
    if (pending) {
      given.set(pending.attributeName(), word);
      pending = undefined;
    } else if (!optionsEnded && word === "--") {
      optionsEnded = true;
    } else if (!optionsEnded && word.startsWith("-")) {
      const option = findOption(command, word.split("=", 1)[0] ?? "");
      if (option && takesValue(option)) {
        if (word.includes("="))
          given.set(option.attributeName(), word.slice(word.indexOf("=") + 1));
        else pending = option;
      }
    } else {
      const child = positional.length === 0 ? findCommand(command, word) : undefined;
      if (child) command = child;
      else positional.push(word);
    }
  }
  return { command, arguments: positional, pending, given, optionsEnded };
}

function positionals({ command, arguments: given }: State): readonly WantedValue[] {
  const commands = given.length === 0 ? command.commands : [];
  const choices = commands.map((child) => ({
    value: child.name(),
    description: child.summary() || child.description(),
  }));
  const children: readonly WantedValue[] =
    choices.length === 0 ? [] : [{ kind: "choice", choices }];
  const own = command.registeredArguments;
  const argument = own[given.length] ?? own.findLast((item) => item.variadic);
  return argument ? [...children, ...valuesOfArgument(argument, command, given)] : children;
}

function optionsOf({ command, given }: State): WantedValue {
  const options = lineage(command).flatMap((item) => item.options);
  const choices = options
    .filter((option) => !option.hidden && !given.has(option.attributeName()))
    .map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
  return { kind: "choice", choices: [...choices, help] };
}

const help: Candidate = { value: "--help", description: "help with examples" };

function valueOfOption(option: Option, { arguments: given }: State): WantedValue {
  if (option.argChoices) return choicesOf(option.argChoices);
  switch (option.long) {
    case "--agent":
      return { kind: "agent" };
    case "--schedule":
      return { kind: "schedule", agentName: given[0] };
    case "--job":
      return { kind: "job" };
    case "--resume":
      return { kind: "session" };
    default:
      return /<(?:path|dir|file)>/.test(option.flags) ? { kind: "file" } : { kind: "nothing" };
  }
}

/** The name of an argument says what it takes: `agent`, or `job|agent`. */
function valuesOfArgument(
  argument: Argument,
  command: Command,
  given: readonly string[],
): readonly WantedValue[] {
  if (argument.argChoices) return [choicesOf(argument.argChoices)];
  return argument
    .name()
    .split("|")
    .map((name): WantedValue => {
      switch (name) {
        case "agent":
          return { kind: isAboutInstalled(command) ? "installed agent" : "agent" };
        case "approval":
        case "session":
          return { kind: name };
        case "schedule":
          return { kind: "schedule", agentName: given[0] };
        case "job":
          return { kind: command.name() === "cancel" ? "live job" : "job" };
        case "path":
          return { kind: "file" };
        default:
          return { kind: "nothing" };
      }
    });
}

function isAboutInstalled({ parent }: Command): boolean {
  return parent?.name() === "agent";
}

function choicesOf(values: readonly string[]): WantedValue {
  return { kind: "choice", choices: values.map((value) => ({ value, description: "" })) };
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function findOption(command: Command, flag: string): Option | undefined {
  return lineage(command)
    .flatMap((item) => item.options)
    .find((option) => option.long === flag || option.short === flag);
}

function findCommand(command: Command, name: string): Command | undefined {
  return command.commands.find((child) => child.name() === name);
}

/** A command and those above it: what is an option of them is one of it. */
function lineage(command: Command): readonly Command[] {
  return command.parent ? [command, ...lineage(command.parent)] : [command];
}
