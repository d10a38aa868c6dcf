import { createRequire } from "node:module";

/**
 * Path of the `claude` binary that the installed Agent SDK brings along.
 *
 * @throws Error when the SDK, or its package for this platform, is not installed
 */
export function claudeBinary(): string {
  const fromHere = createRequire(import.meta.url);
  const fromSdk = createRequire(fromHere.resolve("@anthropic-ai/claude-agent-sdk"));
  const platform = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "claude.exe" : "claude";
  for (const name of [platform, `${platform}-musl`]) {
    try {
      return fromSdk.resolve(`${name}/${file}`);
    } catch {
      // The next candidate; none is the error below.
    }
  }
  throw new Error(`No claude binary for this machine: install ${platform}.`);
}
