import { describe, expect, it } from '@jest/globals';
import { outcomesOf } from './outcomes.ts';

/** As Nx 23 prints it. */
const printed = `
 NX   Running targets lint, types for 3 projects:

- @plataforma/auth
- @plataforma/reservas
- plataforma

> nx run @plataforma/auth:lint  [local cache]

> nx run @plataforma/reservas:lint

services/reservas/src/main.ts
  3:1  error  Unexpected console statement  no-console

> nx run plataforma:types  [existing outputs match the cache, left as is]

> node node_modules/typescript-native/bin/tsc -p tsconfig.lint.json

 NX   Running targets lint, types for 3 projects failed

Failed tasks:

- @plataforma/reservas:lint

  Run duration:      1m 50s
  Cache:             2/3 hit (67%)
`;

describe('O que o Nx imprimiu', () => {
  it('diz de cada tarefa se deu certo, se já estava feita e o que disse', () => {
    expect(outcomesOf(printed)).toMatchObject([
      { project: 'auth', target: 'lint', success: true, cached: true, output: '' },
      { project: 'reservas', target: 'lint', success: false, cached: false },
      {
        project: 'plataforma',
        target: 'types',
        success: true,
        cached: true,
        output: '> node node_modules/typescript-native/bin/tsc -p tsconfig.lint.json',
      },
    ]);
    expect(outcomesOf(printed)[1]?.output).toMatch(/no-console$/);
  });

  it('não tem tarefa nenhuma quando o Nx nem começou', () => {
    expect(outcomesOf(' NX   Could not find project "x"')).toEqual([]);
  });
});
