import { reportError } from './user-error.ts';

/** Runs the body of a command and ends the process with its exit code. */
export async function command(body: (args: string[]) => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    process.exitCode = reportError(error);
  }
}
