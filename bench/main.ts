import { measureLoading } from "./loading.ts";
import { measureOverhead, measureVersion } from "./overhead.ts";

const results = [await measureVersion(), await measureLoading(), await measureOverhead()];
process.exitCode = results.every(Boolean) ? 0 : 1;
