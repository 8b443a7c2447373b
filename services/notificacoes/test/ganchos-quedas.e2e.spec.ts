import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { eventually, testEnvironment } from '@plataforma/testing';
import { GanchosFixture, LOCAIS } from './ganchos-fixture.js';
import { conferir } from './receptor.js';

it('o processo que morre depois de enviar e antes de anotar não perde nada: outro envia de novo, com o mesmo webhook-id', async () => {
  const ganchos = await GanchosFixture.start();
  try {
    const { id, segredo, caminho } = await ganchos.criar();
    await ganchos.notificacoes.end(ganchos.app);
    const { id: mensagem } = await ganchos.acontece();
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: 'ignore',
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        ...testEnvironment(ganchos.notificacoes),
        ...LOCAIS,
        FAILPOINT: 'notificacoes.ganchos.depois-do-envio',
      },
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    expect(ganchos.receptor.em(caminho)).toHaveLength(1);

    // The lease of the dead one ends by itself, after a minute.
    await ganchos.soltar(id);
    await ganchos.notificacoes.start(LOCAIS);
    await eventually(() => ganchos.receptor.em(caminho).length === 2);
    await eventually(async () => {
      const [{ estado } = { estado: '' }] = await ganchos.notificacoes.database.query<{ estado: string }>(
        'SELECT estado FROM entregas_de_gancho WHERE gancho_id = $1',
        [id],
      );
      return estado === 'ENTREGUE';
    });
    for (const recebido of ganchos.receptor.em(caminho)) expect(conferir(segredo, recebido).id).toBe(mensagem);
  } finally {
    await ganchos.stop();
  }
});
