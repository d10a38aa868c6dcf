import type { Fleet } from "../fleet.ts";
import { toApproval } from "./approval-view.ts";

/** Tells of requests to people that are open no more, whichever process has seen to that. */
export class ApprovalMonitor {
  readonly #fleet: Fleet;
  #open: ReadonlySet<string> = new Set();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Looks what has changed since the last look. */
  look(): void {
    const { store, emit, redactor } = this.#fleet;
    const open = new Set(store.approvals.list({ status: "pending" }).map(({ id }) => id));
    const closed = [...this.#open].filter((id) => !open.has(id));
    this.#open = open;
    for (const id of closed) {
      const approval = store.approvals.get(id);
      if (approval) emit("approval:answered", { approval: toApproval(approval, redactor) });
    }
  }
}
