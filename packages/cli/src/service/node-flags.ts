import { resolve } from "node:path";

// With a module or a file; relative ones start from another folder in a service.
const withPath = /^(?:--import|--require|-r|--(?:experimental-)?loader|--env-file(?:-if-exists)?)$/;
const withValue = /^(?:--conditions|-C|--max-old-space-size|--dns-result-order|--disable-warning)$/;
const alone =
  /^--(?:use-(?:system|openssl|bundled)-ca|use-env-proxy|enable-source-maps|no-warnings)$/;

/** The flags of a Node.js that its service needs, too: what it loads, trusts and may use, no debugger. */
export function flagsForService(execArgv: readonly string[], cwd: string): readonly string[] {
  const kept: string[] = [];
  for (let index = 0; index < execArgv.length; index++) {
    const flag = execArgv[index] ?? "";
    const [, name = flag, written] = /^(--?[\w-]+)=(.*)$/s.exec(flag) ?? [];
    if (alone.test(name)) kept.push(flag);
    const isPath = withPath.test(name);
    if (!isPath && !withValue.test(name)) continue;
    const value = written ?? execArgv[++index] ?? "";
    const isRelative = isPath && (/^\.{1,2}\//.test(value) || name.startsWith("--env-file"));
    // `-r` takes its value in a word of its own.
    const given = isRelative ? resolve(cwd, value) : value;
    kept.push(...(name.startsWith("--") ? [`${name}=${given}`] : [name, given]));
  }
  return kept;
}
