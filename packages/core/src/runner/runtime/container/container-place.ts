/** What claude is started in, as the `docker` command is told. */
export interface ContainerPlace {
  /** Name or id of the container. */
  readonly container: string;
  readonly command: "run" | "exec";
  /** Arguments between the variables and claude's own command. */
  readonly args: readonly string[];
  /** The container was there before and stays. */
  readonly keepsContainer?: true;
}
