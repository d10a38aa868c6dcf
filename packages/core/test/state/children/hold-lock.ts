import { StateManager } from "../../../src/state/manager.ts";

// Takes the lock of a state directory and keeps it until the process ends.
const state = await StateManager.open({ stateDir: process.argv[2] ?? "" });
const isHeld = await state.acquireLock({ socketPath: state.socketPath }).then(
  () => true,
  () => false,
);
process.stdout.write(isHeld ? "locked\n" : "refused\n");
process.stdin.resume();
