import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageData } from '@plataforma/contracts';
import { seal } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { TIPOS_DE_CARTA } from '../src/domain/carta-de-conta.js';
import { NotificacoesFixture } from './notificacoes-fixture.js';

const CHAVE = Buffer.alloc(32, 7);

describe('Segurança 36: cartas sobre a conta', () => {
  let notificacoes: NotificacoesFixture;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    await notificacoes.start({ SITE_URL: 'https://site.exemplo/' });
  });
  afterAll(() => notificacoes.stop());

  const pedir = async (carta: Partial<MessageData<'usuario.carta-pedida.v1'>> = {}): Promise<string> => {
    const cartaId = carta.cartaId ?? randomUUID();
    await notificacoes.broker.publish(
      'usuario.carta-pedida.v1',
      {
        usuarioId: randomUUID(),
        tipo: 'REDEFINIR_SENHA',
        nome: 'Ana <b>Souza</b>',
        email: 'ana@exemplo.com',
        idioma: 'pt-BR',
        expiraEm: new Date(Date.now() + 600_000).toISOString(),
        ...carta,
        cartaId,
      },
      { subject: `carta/${cartaId}`, sequence: '1' },
    );
    return cartaId;
  };
  const fim = (id: string) =>
    eventually(async () => {
      const [carta] = await notificacoes.database.query<{
        estado: string;
        segredo: string | null;
        motivo: string | null;
      }>('SELECT estado, segredo, motivo FROM cartas_de_conta WHERE id = $1', [id]);
      return carta?.estado === 'PENDENTE' ? undefined : carta;
    }, 30_000);
  const email = async (id: string) =>
    (
      await notificacoes.database.query<{ para_email: string; assunto: string; html: string; texto: string }>(
        'SELECT para_email, assunto, html, texto FROM emails_locais WHERE entrega_id = $1',
        [id],
      )
    )[0];

  it('trazem o link com o segredo depois de #, e a fila o esquece quando vão', async () => {
    const id = randomUUID();
    await pedir({ cartaId: id, segredo: seal('segredo-da-carta', CHAVE, id).toString('base64') });
    expect(await fim(id)).toMatchObject({ estado: 'ENVIADA', segredo: null });
    const enviada = await email(id);
    expect(enviada).toMatchObject({ para_email: 'ana@exemplo.com', assunto: 'Escolha outra senha' });
    expect(enviada?.texto).toContain('https://site.exemplo/conta/redefinir#token=segredo-da-carta');
    expect(enviada?.html).toContain('Ana &lt;b&gt;Souza&lt;/b&gt;');
  });

  it('cujo segredo é de outra carta ou de outra chave não vão, e ninguém insiste', async () => {
    for (const segredo of [seal('x', CHAVE, randomUUID()), seal('x', Buffer.alloc(32, 8), 'y')]) {
      const id = await pedir({ segredo: segredo.toString('base64') });
      expect(await fim(id)).toEqual({ estado: 'FALHOU', segredo: null, motivo: 'o segredo não abre com CARTAS_CHAVE' });
    }
  });

  it('vencidas não vão', async () => {
    const id = await pedir({ expiraEm: new Date(Date.now() - 1_000).toISOString() });
    expect(await fim(id)).toMatchObject({ estado: 'SUPERADA' });
    expect(await email(id)).toBeUndefined();
  });

  it('vão uma vez, embora a mensagem venha duas', async () => {
    const id = await pedir({ tipo: 'SENHA_MUDOU' });
    await fim(id);
    await pedir({ cartaId: id, tipo: 'SENHA_MUDOU' });
    await pedir({ tipo: 'SENHA_MUDOU' }).then(fim);
    const [{ total = 0 } = {}] = await notificacoes.database.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM cartas_de_conta WHERE id = $1',
      [id],
    );
    expect(total).toBe(1);
  });

  it.each(TIPOS_DE_CARTA.flatMap((tipo) => [[tipo, 'pt-BR'] as const, [tipo, 'en'] as const]))(
    'de tipo %s se escrevem em %s',
    async (tipo, idioma) => {
      const id = await pedir({ tipo, idioma, aparelho: 'Firefox em Linux', rede: '203.0.113.7' });
      expect(await fim(id)).toMatchObject({ estado: 'ENVIADA' });
      const enviada = await email(id);
      expect(enviada?.texto).not.toMatch(/undefined|\{\{|\[object/);
      expect(enviada?.html).toContain(`<html lang="${idioma}"`);
    },
  );
});
