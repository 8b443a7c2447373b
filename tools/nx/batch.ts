/** What Nx tells a batch executor: the tasks whose inputs changed, by id (`@plataforma/auth:lint`). */
export interface TaskGraph {
  tasks: Record<string, { projectRoot: string }>;
}

export interface TaskResult {
  task: string;
  /** Kept for as long as nothing changes, if it is a success; what says nothing is not kept. */
  result: { success: boolean; terminalOutput: string };
}
