import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { checks, type Check, type Result } from './infraestrutura/checks.ts';
import { writeRendered } from './kubernetes/rendered.ts';

/** Where instalar.sh puts the tools. */
const toolsFolder = process.env['INFRA_FERRAMENTAS'] ?? join(root, '.data/.ferramentas');

await command('infra:conferir', async ({ values }) => {
  if (values.renderizar === true) {
    const helm = find(['helm']);
    if (helm === undefined) throw new UserError('Falta o helm: tools/infraestrutura/instalar.sh --tudo');
    await writeRendered(helm);
  }
  const everything = values.tudo === true;
  let failed = 0;
  let skipped = 0;
  for (const check of checks.filter(({ long }) => everything || !long)) {
    const { outcome, message } = await result(check);
    if (outcome === 'wrong' || (outcome === 'absent' && everything)) failed += 1;
    if (outcome === 'absent') skipped += 1;
    console.log(
      `${{ right: '✔', wrong: '✖', absent: '–' }[outcome]} ${check.name}${message ? `\n${indented(message)}` : ''}`,
    );
  }
  console.log(
    failed > 0
      ? `\n${failed} conferências falharam.`
      : `\nTudo o que se pôde conferir está certo${skipped > 0 ? `; ${skipped} não foram conferidas (ferramentas: tools/infraestrutura/instalar.sh --tudo)` : ''}.`,
  );
  return failed > 0 ? 1 : 0;
});

async function result(check: Check): Promise<Result> {
  if ('judge' in check) return check.judge({ find, toolsFolder });
  const program = find(check.programs);
  if (program === undefined) return { outcome: 'absent', message: `falta ${check.programs.join(' ou ')}` };
  for (const { args, cwd, env } of check.runs(toolsFolder)) {
    const { code, output } = await runQuietly('env', ['-C', join(root, cwd ?? '.'), program, ...args], undefined, env);
    if (code !== 0) return { outcome: 'wrong', message: output };
  }
  return { outcome: 'right', message: '' };
}

/** The first of the programs that is in the tools' folder or on the PATH. */
function find(programs: readonly string[]): string | undefined {
  const folders = [join(toolsFolder, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  return programs.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
