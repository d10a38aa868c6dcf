import type { Script } from "./script.ts";

/** Says what a value must be, or nothing when it is. */
type Check = (value: unknown, at: string) => string | undefined;
type Fields = Readonly<Record<string, Check>>;

/**
 * Checks JSON against the grammar of scripts.
 *
 * @throws Error naming the step and the field, with what is allowed
 */
export function parseScript(json: unknown): Script {
  const problem = isScript(json, "");
  if (problem) throw new Error(problem);
  return json as Script;
}

const isText: Check = (value, at) =>
  typeof value === "string" ? undefined : `${at} must be a text`;
const isCount: Check = (value, at) =>
  Number.isInteger(value) && Number(value) > 0 ? undefined : `${at} must be a whole number above 0`;
const isAmount: Check = (value, at) =>
  typeof value === "number" && value >= 0 ? undefined : `${at} must be a number from 0`;
const isFlag: Check = (value, at) =>
  typeof value === "boolean" ? undefined : `${at} must be true or false`;
const isObject: Check = (value, at) => (isRecord(value) ? undefined : `${at} must be an object`);
const isStatus: Check = (value, at) =>
  Number.isInteger(value) && Number(value) >= 400 && Number(value) < 600
    ? undefined
    : `${at} must be an HTTP status from 400 to 599`;
const isHeaders: Check = (value, at) =>
  isRecord(value) && Object.values(value).every((item) => typeof item === "string")
    ? undefined
    : `${at} must be an object of texts`;
const isUsage: Check = (value, at) => {
  if (!isRecord(value)) return `${at} must be an object`;
  return checkFields(value, at, {
    input: isAmount,
    output: isAmount,
    cacheRead: isAmount,
    cacheWrite: isAmount,
  });
};
const isScript: Check = (value, at) => {
  if (!Array.isArray(value)) return `${at || "a script"} must be a list of steps`;
  for (const [index, step] of value.entries()) {
    const problem = isStep(step, `${at}${at && ", "}step ${index + 1}`);
    if (problem) return problem;
  }
  return undefined;
};
const isCalls: Check = (value, at) => {
  if (!Array.isArray(value) || value.length === 0) return `${at} must be a list of calls`;
  for (const [index, call] of value.entries()) {
    const place = `${at}[${index}]`;
    if (!isRecord(call) || !("tool" in call || "subagent" in call)) {
      return `${place} must be {tool, input} or {subagent, script}`;
    }
    const problem = isStep(call, place);
    if (problem) return problem;
  }
  return undefined;
};

const facts: Fields = { usage: isUsage, headers: isHeaders };
const pace: Fields = { chunks: isCount, every: isAmount };
const times: Check = (value, at) => (value === "always" ? undefined : isCount(value, at));

interface Shape {
  readonly required: Fields;
  readonly optional: Fields;
}

const shapes: Readonly<Record<string, Shape>> = {
  text: { required: { text: isText }, optional: { ...pace, ...facts } },
  thinking: { required: { thinking: isText }, optional: { ...pace, ...facts } },
  tool: { required: { tool: isText, input: isObject }, optional: facts },
  tools: { required: { tools: isCalls }, optional: facts },
  subagent: {
    required: { subagent: isText, script: isScript },
    optional: { type: isText, background: isFlag, ...facts },
  },
  structured: { required: { structured: isObject }, optional: facts },
  wait: { required: { wait: orWord("forever", isAmount) }, optional: {} },
  stop: {
    required: { stop: oneOf("end_turn", "max_tokens", "stop_sequence", "refusal") },
    optional: facts,
  },
  cut: { required: { cut: orWord("blocks", orWord("unfinished", isCount)) }, optional: { times } },
  repeat: { required: { repeat: isScript }, optional: { times: isCount } },
  error: {
    required: { error: isStatus },
    optional: { times, type: isText, message: isText, headers: isHeaders },
  },
  fault: {
    required: { fault: oneOf("reset", "malformed", "empty_stream", "error_event", "html") },
    optional: { times },
  },
};

function isStep(step: unknown, at: string): string | undefined {
  if (!isRecord(step)) return `${at} must be an object`;
  const kind = Object.keys(shapes).find((key) => key in step);
  const shape = kind === undefined ? undefined : shapes[kind];
  if (!shape) return `${at} must have one of ${Object.keys(shapes).join(", ")}`;
  const missing = Object.keys(shape.required).find((key) => !(key in step));
  if (missing) return `${at} needs "${missing}"`;
  return checkFields(step, at, { ...shape.required, ...shape.optional });
}

function checkFields(
  value: Readonly<Record<string, unknown>>,
  at: string,
  fields: Fields,
): string | undefined {
  for (const [key, field] of Object.entries(value)) {
    const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!check) return `${at} has no "${key}"; it takes ${Object.keys(fields).join(", ")}`;
    const problem = check(field, `${at}, ${key}`);
    if (problem) return problem;
  }
  return undefined;
}

function oneOf(...words: readonly string[]): Check {
  return (value, at) =>
    words.some((word) => word === value) ? undefined : `${at} must be one of ${words.join(", ")}`;
}

function orWord(word: string, check: Check): Check {
  return (value, at) => {
    const problem = value === word ? undefined : check(value, at);
    return problem && `${problem} or "${word}"`;
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
