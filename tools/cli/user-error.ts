/** An error whose message is written for the person at the terminal: printed as it is, without a stack. */
export class UserError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}

/** A mistake in how a command was called; exits with 2, as is customary. */
export class UsageError extends UserError {
  constructor(message: string) {
    super(message, 2);
    this.name = 'UsageError';
  }
}

/** Prints an error the way a command should end with it and returns the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof UserError) {
    console.error(`\n${error.message}`);
    return error.exitCode;
  }
  console.error(explainSystemError(error as NodeJS.ErrnoException) ?? error);
  return 1;
}

/** The mistakes of the surroundings, not of this program, that a person can mend. */
function explainSystemError({ code, path }: NodeJS.ErrnoException): string | undefined {
  if (code === 'EACCES' || code === 'EPERM') {
    return `\nSem permissão para usar ${path ?? 'um arquivo ou processo'}. Rode com o usuário dono da pasta do projeto, ou corrija as permissões dela.`;
  }
  if (code === 'ENOSPC')
    return `\nNão há espaço em disco${path ? ` para ${path}` : ''}. Libere espaço e tente de novo.`;
  return undefined;
}
