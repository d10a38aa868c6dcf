import { answerApproval } from "./approvals/answer-approval.ts";
import type { Approval, ApprovalReply } from "./approvals/approval-types.ts";
import { toApproval } from "./approvals/approval-view.ts";
import { audited, type AuditNote, recordNote } from "./audit/audited.ts";
import { FleetStreams } from "./fleet-streams.ts";
import { forgetMemory, getMemory, type MemoryInfo } from "./memory.ts";
import { pause, resume } from "./pause.ts";
import { setScheduleEnabled } from "./schedules/schedule-switch.ts";

/** What people decide about a fleet beside its jobs, whether it runs or not; it holds over restarts. */
export abstract class FleetControls extends FleetStreams {
  /**
   * Switches a schedule on again. It starts anew: what passed while it was off is not caught up.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError; InvalidStateError when its file disables it
   */
  async enableSchedule(agentName: string, scheduleName: string): Promise<void> {
    const parts = this.parts("enable a schedule");
    const names = { agentName, scheduleName };
    await audited(parts.fleet, { operation: "enableSchedule", ...names }, () =>
      setScheduleEnabled(parts, names, true),
    );
  }

  /**
   * Switches a schedule off until it is enabled again, over restarts; its configuration stays.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError
   */
  async disableSchedule(agentName: string, scheduleName: string): Promise<void> {
    const parts = this.parts("disable a schedule");
    const names = { agentName, scheduleName };
    await audited(parts.fleet, { operation: "disableSchedule", ...names }, () =>
      setScheduleEnabled(parts, names, false),
    );
  }

  /**
   * Answers a tool call that waits for a person, by id or unique prefix: a verdict, or to a question an
   * answer. The job goes on by itself; without a daemon, with the next one.
   *
   * @throws ApprovalNotFoundError; InvalidStateError when it does not wait any more; `INVALID_REQUEST`
   * when a question is allowed, or an approval gets a text
   */
  async answerApproval(
    id: string,
    reply: ApprovalReply,
    { by }: { readonly by?: string } = {},
  ): Promise<Approval> {
    const { fleet } = this.parts("answer an approval");
    const answered = await audited(fleet, { operation: "answerApproval", approvalId: id }, () =>
      answerApproval(fleet, id, { reply, by }),
    );
    return toApproval(answered, fleet.redactor);
  }

  /** Pauses an agent, or the fleet, over restarts: queued jobs wait, scheduled fires are skipped. */
  async pause(agentName?: string): Promise<void> {
    const { fleet } = this.parts("pause");
    await audited(fleet, { operation: "pause", agentName }, () => pause(fleet, agentName));
  }

  /** Takes a {@link pause} back; resolves with whether there was one. */
  async resume(agentName?: string): Promise<boolean> {
    const { fleet } = this.parts("resume");
    return audited(fleet, { operation: "resume", agentName }, () => resume(fleet, agentName));
  }

  /**
   * Puts in the audit what did not reach the fleet, on behalf of whom `runAs` says: for a server that
   * logs people in, or refuses them something.
   */
  async recordInAudit(note: AuditNote): Promise<void> {
    await recordNote(this.parts("record").fleet, note);
  }

  /**
   * What an agent remembers over its jobs, ordered by key; with `search`, in key or text.
   *
   * @throws AgentNotFoundError
   */
  getMemory(agentName: string, options: { readonly search?: string } = {}): readonly MemoryInfo[] {
    return getMemory(this.parts("read memory").fleet, agentName, options.search);
  }

  /**
   * Makes an agent forget one entry of its memory, or without a key all; resolves with how many.
   *
   * @throws AgentNotFoundError
   */
  async forgetMemory(agentName: string, key?: string): Promise<number> {
    const { fleet } = this.parts("forget memory");
    return audited(fleet, { operation: "forgetMemory", agentName }, () =>
      forgetMemory(fleet, agentName, key),
    );
  }
}
