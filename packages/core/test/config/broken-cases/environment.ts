import type { BrokenCase } from "../broken-case.ts";

const beyondSchema = "the environment decides";

/** Faults of what comes out of the environment. */
export const environmentCases: readonly BrokenCase[] = [
  {
    title: "a variable that is not set",
    agent: "model: ▶${MODEL}\n",
    says: ["the environment variable MODEL is not set", ".env", "${MODEL:-…}", "$${MODEL}"],
    beyondSchema,
  },
  {
    title: "a variable that is not set, in the middle of a text",
    agent: 'default_prompt: "Look at ▶${REPO} today"\n',
    says: ["the environment variable REPO is not set"],
    beyondSchema,
  },
  {
    title: "a variable that is not set, where a number is wanted",
    agent: "max_turns: ▶${TURNS}\n",
    says: ["the environment variable TURNS is not set"],
    beyondSchema,
  },
  {
    title: "a variable that is not set, in a list",
    agent: "allowed_tools:\n  - Read\n  - ▶${TOOL}\n",
    says: ["the environment variable TOOL is not set"],
    beyondSchema,
  },
  {
    title: "a variable whose value is no number",
    agent: "max_turns: ▶${TURNS}\n",
    env: { TURNS: "many" },
    says: ['"many" must be a number'],
    beyondSchema,
  },
  {
    title: "a variable whose value is out of range",
    agent: "max_turns: ▶${TURNS}\n",
    env: { TURNS: "0" },
    says: ["0 must be at least 1"],
    beyondSchema,
  },
  {
    title: "a default that is not allowed",
    agent: "effort: ▶${EFFORT:-hihg}\n",
    says: ['"hihg" must be low, medium, high, xhigh or max. Did you mean "high"?'],
    beyondSchema: "a text with a variable is not looked into",
  },
  {
    title: "a text out of a variable where a mapping is wanted",
    agent: "session: ▶${SESSION}\n",
    env: { SESSION: "fresh" },
    says: ['"fresh" must be a mapping'],
  },
  {
    title: "an invalid name of an environment variable",
    agent: 'env:\n  ▶"MY-VAR": x\n',
    says: ['"MY-VAR" must be the name of an environment variable: letters, digits and _'],
  },
];
