import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes of this process's heap that something still holds on to. */
export function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
  return process.memoryUsage().heapUsed;
}
