import { migrationProblems, readMigrations, readPublished } from './published-migrations.ts';

/* A step of `npm run check`; needs nothing compiled. */
const problems = migrationProblems(readMigrations(), readPublished());
if (problems.length > 0) {
  console.error(
    `Na atualização a versão anterior segue em execução ao lado da nova: uma migração acrescenta, e só uma versão seguinte tira (docs/runbooks/atualizar-a-versao.md).\n` +
      `${problems.map((problem) => `  - ${problem}`).join('\n')}\n` +
      `O que mais nada usa pode sair: ponha na primeira linha da migração "-- contracao: motivo". Índices se fazem com "-- sem-transacao".`,
  );
  process.exitCode = 1;
}
