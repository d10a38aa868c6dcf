import type { TcpService } from "@herdctl/web";
import type { Context } from "./context.ts";
import { commandPrefix, type GlobalOptions } from "./global-options.ts";

/** Says where the API is, and new tokens where a person watches: what else is shown may be kept. */
export function introduceWeb(
  { url, newTokens }: TcpService,
  options: GlobalOptions,
  context: Context,
): void {
  const { output } = context;
  if (!options.json) output.print(output.style("dim", `HTTP API ${url}`));
  if (!isOwnMachine(new URL(url).hostname)) {
    output.note(
      "Whoever can read the network can read its tokens there: put a proxy with TLS before it.",
    );
  }
  if (!newTokens) return;
  if (options.json || !output.isTerminal) {
    return output.note(`Its tokens are new: \`${commandPrefix(options, context)} token show\``);
  }
  output.print("\nTokens to come in with, shown once:");
  output.print(`  everything     ${newTokens.full}`);
  output.print(`  looking only   ${newTokens.readOnly}\n`);
}

function isOwnMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}
