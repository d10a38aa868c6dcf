import type { Turns } from "../../runner/turn-feed.ts";

/** The end of a conversation's job that is in this process, by which the job gets its turns. */
export interface LiveConversation {
  readonly turns: Turns;
  /** Its job waits for a slot; 1 is next. */
  onQueued(position: number): void;
  /** The fleet stops: ends the conversation once no turn is in progress. */
  onStop(): void;
}
