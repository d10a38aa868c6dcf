import { createHash } from "node:crypto";
import { messageOf } from "@herdctl/core";
import { compileScript, type CompiledScript, type Reply, replyAt } from "../script/compile.ts";
import { parseScript } from "../script/parse.ts";
import { findScript } from "../script/prompt.ts";
import type { LoadedScripts } from "./load-scripts.ts";
import type { CutStep, ErrorStep, FaultStep } from "../script/script.ts";

/** What to send for one request. */
export interface Decision {
  readonly source: "prompt" | "agent" | "fallback";
  readonly reply: Reply;
  /** Goes out in place of the reply. */
  readonly fault?: ErrorStep | FaultStep;
  readonly cutAt?: CutStep["cut"];
  readonly problem?: string;
}

/** Whose turn it is, and how far it has come. */
export interface Asked {
  readonly prompt: string;
  readonly answered: number;
  readonly sessionId: string;
  readonly agentName?: string;
}

/** The scripts of a server, and how often each has already gone wrong as it should. */
export class ModelScripts {
  readonly #loaded: LoadedScripts;
  readonly #failures = new Map<string, number>();

  constructor(loaded: LoadedScripts) {
    this.#loaded = loaded;
  }

  decide(asked: Asked): Decision {
    try {
      const { source, script } = this.#scriptFor(asked);
      const reply = replyAt(script, asked.answered);
      const key = failureKey(asked);
      const failures = this.#failures.get(key) ?? 0;
      const going = whatGoesWrong(reply, failures);
      if (Object.keys(going).length > 0) this.#failures.set(key, failures + 1);
      return { source, reply, ...going };
    } catch (error) {
      return problemDecision(error);
    }
  }

  #scriptFor({ prompt, agentName }: Asked): Pick<Decision, "source"> & { script: CompiledScript } {
    const found = findScript(prompt);
    if (found !== undefined) return { source: "prompt", script: compileScript(parseScript(found)) };
    const script = agentName === undefined ? undefined : this.#loaded.byAgent.get(agentName);
    if (script) return { source: "agent", script };
    return { source: "fallback", script: this.#loaded.fallback };
  }
}

function whatGoesWrong(reply: Reply, failures: number): Pick<Decision, "fault" | "cutAt"> {
  let before = 0;
  for (const fault of reply.faults) {
    before += countOf(fault.times ?? 1);
    if (failures < before) return { fault };
  }
  const { cut } = reply;
  if (cut && failures < before + countOf(cut.times)) return { cutAt: cut.at };
  return {};
}

function countOf(times: number | "always"): number {
  return times === "always" ? Number.POSITIVE_INFINITY : times;
}

/** Failures count per session and prompt, so that parallel and forked sessions each get their own. */
function failureKey({ sessionId, agentName, prompt, answered }: Asked): string {
  const facts = JSON.stringify([sessionId, agentName, prompt, answered]);
  return createHash("sha256").update(facts).digest("base64url");
}

function problemDecision(error: unknown): Decision {
  const problem = messageOf(error);
  const script = compileScript([{ text: `script error: ${problem}` }]);
  return { source: "prompt", reply: replyAt(script, 0), problem };
}
