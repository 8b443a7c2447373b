import '@plataforma/platform/closed-output';
import { CommandLineError, parseCommandLine, type commands, type infraModes, type Values } from './commands.mjs';
import { reportError, UsageError } from './user-error.ts';

export type CommandName = keyof typeof commands;
export type InfraMode = (typeof infraModes)[number];

/** What was asked of a command, in the terms of the program; what was not named has its usual value. */
export interface Request {
  instance: string;
  portOffset: number;
  infra: InfraMode | undefined;
  yes: boolean;
  detach: boolean;
  /** false: without demonstration data; undefined: as usual. */
  demo: false | undefined;
  /** Whether a local OpenID Connect provider is to run beside the platform. */
  oidc: boolean;
  /** The options as they were given, each already known to be well-formed. */
  values: Values;
  /** The arguments that are no options. */
  operands: string[];
}

/** @throws UsageError for what the command does not take */
export function readRequest(name: CommandName, args: string[]): Request {
  try {
    const { values, operands } = parseCommandLine(name, args);
    return {
      instance: text(values.instance) ?? 'dev',
      portOffset: Number(text(values['port-offset']) ?? 0),
      infra: text(values.infra) as InfraMode | undefined,
      yes: values.yes === true,
      detach: values.detach === true,
      demo: values['sem-demo'] === true ? false : undefined,
      oidc: values.oidc === true,
      values,
      operands,
    };
  } catch (error) {
    throw error instanceof CommandLineError ? new UsageError(error.message) : error;
  }
}

/** A value of an option that takes one. */
export const text = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Runs the body of a command and ends the process with its exit code. */
export async function command(name: CommandName, body: (request: Request) => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await body(readRequest(name, process.argv.slice(2)))) ?? 0;
  } catch (error) {
    process.exitCode = reportError(error);
  }
}
