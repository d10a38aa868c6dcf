import { describe } from "vitest";
import { describePauses, describeSnapshots, describeUsage } from "./conformance/controls.ts";
import { describeApprovals } from "./conformance/approvals.ts";
import { describeAudit } from "./conformance/audit.ts";
import { describeMemory, describePlanned, describeToolCalls } from "./conformance/agent-tools.ts";
import { describeClaims } from "./conformance/claims.ts";
import { describeFires } from "./conformance/fires.ts";
import { describeForget } from "./conformance/forget.ts";
import {
  describeCancel,
  describeFinish,
  describeLeave,
  describeOwner,
} from "./conformance/job-end.ts";
import { describeList, describePrune } from "./conformance/job-history.ts";
import { describeAdmit, describeEnqueue } from "./conformance/job-start.ts";
import { testModel } from "./conformance/model.ts";
import { describeSchedules, describeSessions } from "./conformance/sessions.ts";
import type { OpenStore } from "./conformance/setup.ts";
import { describeWhole } from "./conformance/whole.ts";

/** What every {@link StateStore} does, whatever it is built on. */
export function storeConformance(name: string, open: OpenStore): void {
  describe(`conformance of the ${name}`, () => {
    describeEnqueue(open);
    describeAdmit(open);
    describePlanned(open);
    describeOwner(open);
    describeLeave(open);
    describeFinish(open);
    describeCancel(open);
    describeList(open);
    describePrune(open);
    describeForget(open);
    describeFires(open);
    describeSchedules(open);
    describeSessions(open);
    describeClaims(open);
    describeApprovals(open);
    describeToolCalls(open);
    describeMemory(open);
    describeUsage(open);
    describePauses(open);
    describeAudit(open);
    describeSnapshots(open);
    describeWhole(open);
    testModel(open);
  });
}
