import { askDocker, type AskDockerOptions } from "../../../processes/ask-docker.ts";

/** An image that the engine has. */
export interface ImageFacts {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the engine knows of an image; `undefined` where it has none of that name, or does not answer. */
export async function inspectImage(
  image: string,
  options: AskDockerOptions,
): Promise<ImageFacts | undefined> {
  const format = '{"id":{{json .Id}},"size":{{json .Size}},"labels":{{json .Config.Labels}}}';
  const args = ["image", "inspect", "--format", format, image];
  const { exitCode, stdout } = await askDocker(args, options);
  if (exitCode !== 0) return undefined;
  const facts: Omit<ImageFacts, "labels"> & { readonly labels: ImageFacts["labels"] | null } =
    JSON.parse(stdout);
  return { ...facts, labels: facts.labels ?? {} };
}
