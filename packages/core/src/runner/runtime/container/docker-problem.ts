/** What is wrong with a `docker` block, in words for whoever wrote it. */
export class DockerProblem extends Error {}
