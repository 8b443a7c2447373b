import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UserError } from './user-error.ts';

export interface Consent {
  /** --yes was given. */
  yes: boolean;
  interactive: boolean;
  /** CI=true: nobody can answer and everything is thrown away afterwards. */
  ci: boolean;
}

export function consentOf(yes: boolean): Consent {
  return { yes, interactive: process.stdin.isTTY && process.stdout.isTTY, ci: process.env['CI'] === 'true' };
}

/**
 * Asks before something that cannot be taken back lightly.
 *
 * @throws UserError when the answer is no, or when nobody is there to answer and --yes was not given
 */
export async function requireConsent(question: string, consent: Consent): Promise<void> {
  if (consent.yes || consent.ci) return;
  if (!consent.interactive)
    throw new UserError(`${question} Sem um terminal para perguntar, repita o comando com --yes para aceitar.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [s/N] `);
    if (!/^(s|sim|y|yes)$/i.test(answer.trim())) throw new UserError('Nada foi feito.');
  } finally {
    terminal.close();
  }
}

/** Asks for what must not be seen on the screen. Needs a terminal. */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Asked earlier, a quick answer would still be shown by the terminal itself.
  process.stdout.write(question);
  const interrupted = new Promise<never>((_, reject) =>
    terminal.once('SIGINT', () => reject(new UserError('Nada foi feito.', 130))),
  );
  try {
    return await Promise.race([terminal.question(''), interrupted]);
  } finally {
    terminal.close();
    process.stdout.write('\n');
  }
}
