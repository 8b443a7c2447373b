import { readFileSync } from 'node:fs';
import { UserError } from './user-error.ts';

const reasons: Record<string, string> = {
  ENOENT: 'não existe',
  EACCES: 'não pode ser lido por este usuário',
  EISDIR: 'é uma pasta',
};

/**
 * The value of a setting that may be given by the file that holds it (NAME_FILE, which wins).
 *
 * @throws UserError naming the variable and the file
 */
export function settingFrom(env: NodeJS.Dict<string>, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name] || undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UserError(`${name}_FILE: o arquivo ${file} ${reasons[code] ?? `não pode ser lido (${code})`}`);
  }
  if (text === '') throw new UserError(`${name}_FILE: o arquivo ${file} está vazio`);
  return text;
}
