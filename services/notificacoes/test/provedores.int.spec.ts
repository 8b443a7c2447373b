import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@plataforma/platform';
import { TestDatabase } from '@plataforma/testing';
import fc from 'fast-check';
import { migrations } from '../src/app.module.js';
import {
  type Aceite,
  type Destino,
  type DestinoRepository,
  FalhaDeEnvio,
  type Mensagem,
} from '../src/application/ports.js';
import { EmailPorSendGrid } from '../src/infrastructure/email-por-send-grid.js';
import { EmailPorSmtp } from '../src/infrastructure/email-por-smtp.js';
import { SmsPorTwilio } from '../src/infrastructure/sms-por-twilio.js';
import { CanalDePush } from '../src/infrastructure/canal-de-push.js';
import { CanalGuardado, Fronteira } from '../src/infrastructure/canal-guardado.js';
import { GuardaDeProvedor } from '../src/infrastructure/guarda-de-provedor.js';
import { PushPorFirebase } from '../src/infrastructure/push-por-firebase.js';
import { PushPorNavegador } from '../src/infrastructure/push-por-navegador.js';
import { type Comportamento, CorreioFalso, ProvedorFalso } from './provedor-falso.js';

/** A provider that answers does so within it on a busy machine too; each that says nothing is waited for that long. */
const TIMEOUT_MS = 4_000;
const usuarioId = randomUUID();
const para = { usuarioId, nome: 'Ana "Souza" \r\nBcc: x@y.z', email: 'ana@exemplo.com', idioma: 'pt-BR' as const };
const email = (id = randomUUID()): Mensagem<'EMAIL'> => ({
  id,
  tipo: 'RESERVA_CONFIRMADA',
  para,
  conteudo: {
    assunto: 'Olá\r\nBcc: x@y.z',
    html: '<p>Oi</p>',
    texto: 'Oi',
    calendario: { metodo: 'REQUEST', ics: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' },
    descadastro: 'https://reservas.exemplo.com/sair?t=1',
  },
});
const curta = { id: randomUUID(), tipo: 'RESERVA_CONFIRMADA', para, conteudo: { assunto: 'Oi', texto: 'Confirmada' } };

const par = createECDH('prime256v1');
const CHAVES = { p256dh: par.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
const vapid = createECDH('prime256v1');
vapid.generateKeys();

/** What each person has is said by the test. */
function destinosDe(...todos: Destino[]): DestinoRepository & { readonly todos: Destino[] } {
  return {
    todos,
    reachable: (_usuario, canal) =>
      Promise.resolve(todos.filter(({ meio }) => (meio === 'TELEFONE') === (canal === 'SMS'))),
    forget: (ids) => {
      todos.splice(0, todos.length, ...todos.filter(({ id }) => !ids.includes(id)));
      return Promise.resolve();
    },
  };
}
const telefone = (): Destino => ({ id: randomUUID(), meio: 'TELEFONE', endereco: '+5511999990000' });
const celular = (token: string): Destino => ({ id: randomUUID(), meio: 'FCM', endereco: token });
const navegador = (nome: string): Destino => ({
  id: randomUUID(),
  meio: 'WEB_PUSH',
  endereco: `https://fcm.googleapis.com/fcm/send/${nome}`,
  chaves: CHAVES,
});

describe('Cada provedor, pelo seu próprio SDK', () => {
  let banco: TestDatabase;
  let database: Database;
  let http: ProvedorFalso;
  let correio: CorreioFalso;
  const encerrar: (() => Promise<void>)[] = [];
  const guardaDe = (nome: string, porSegundo: number, pausaMs = 50) => {
    const uma = new GuardaDeProvedor(nome, { timeoutMs: TIMEOUT_MS, porSegundo, pausaMs }, database);
    encerrar.push(() => Promise.resolve(uma.close()));
    return uma;
  };
  const guarda = (porSegundo = 1_000, pausaMs = 50) => guardaDe(`p${randomUUID()}`, porSegundo, pausaMs);

  beforeAll(async () => {
    banco = await TestDatabase.create('notificacoes', migrations);
    database = new Database(banco.options);
    await database.connect();
    [http, correio] = await Promise.all([ProvedorFalso.start(), CorreioFalso.start()]);
  });
  afterAll(async () => {
    await Promise.all(encerrar.map((um) => um()));
    await Promise.all([http.stop(), correio.stop()]);
    await database.close();
    await banco.drop();
  });

  const sendgrid = () =>
    new CanalGuardado(
      guarda(),
      new EmailPorSendGrid({
        apiKey: 'SG.teste',
        baseUrl: http.url,
        remetente: 'reservas@exemplo.com',
        timeoutMs: TIMEOUT_MS,
      }),
    );
  const twilio = (destinos = destinosDe(telefone())) =>
    new CanalGuardado(
      guarda(),
      new SmsPorTwilio(
        {
          conta: `AC${'0'.repeat(32)}`,
          segredo: 'segredo-da-conta',
          remetente: '+5511940000000',
          baseUrl: http.url,
          retorno: 'https://api.exemplo.com/retorno',
          timeoutMs: TIMEOUT_MS,
        },
        destinos,
      ),
    );
  const firebase = (destinos = destinosDe(celular('token-1'))) => {
    const provedor = new PushPorFirebase({
      credential: { getAccessToken: () => Promise.resolve({ access_token: 'acesso', expires_in: 3_600 }) },
      projectId: 'projeto',
      httpAgent: http.agente,
    });
    encerrar.push(provedor.close);
    return new CanalDePush(destinos, [[provedor, guarda()]]);
  };
  const webPush = (destinos = destinosDe(navegador('n1'))) =>
    new CanalDePush(destinos, [
      [
        new PushPorNavegador({
          publicKey: vapid.getPublicKey('base64url'),
          privateKey: vapid.getPrivateKey('base64url'),
          contato: 'mailto:reservas@exemplo.com',
          timeoutMs: TIMEOUT_MS,
          agent: http.agente,
        }),
        guarda(),
      ],
    ]);

  const PROVEDORES: Record<
    string,
    {
      readonly aceita: Comportamento;
      readonly recusa: Comportamento;
      readonly demais: Comportamento;
      readonly quebra: Comportamento;
      readonly ilegivel: Comportamento;
      readonly enviar: () => Promise<Aceite>;
    }
  > = {
    SendGrid: {
      aceita: { status: 202, cabecalhos: { 'x-message-id': 'sg-1' } },
      recusa: { status: 400, corpo: { errors: [{ message: 'ana@exemplo.com' }] } },
      demais: { status: 429, cabecalhos: { 'retry-after': '7' } },
      quebra: { status: 503 },
      ilegivel: { status: 200, corpo: '<html>um proxy</html>', cabecalhos: { 'content-type': 'text/html' } },
      enviar: () => sendgrid().deliver(email()),
    },
    Twilio: {
      aceita: { status: 201, corpo: { sid: 'SM1' } },
      recusa: { status: 400, corpo: { code: 21_211, message: "The 'To' number +5511999990000 is not valid" } },
      demais: { status: 429, corpo: { code: 20_429 }, cabecalhos: { 'retry-after': '7' } },
      quebra: { status: 500 },
      ilegivel: { status: 201, corpo: '<html>um proxy</html>' },
      enviar: () => twilio().deliver(curta),
    },
    Firebase: {
      aceita: { status: 200, corpo: { name: 'projects/projeto/messages/1' } },
      recusa: { status: 400, corpo: { error: { status: 'INVALID_ARGUMENT', message: 'token-1' } } },
      demais: { status: 429, corpo: { error: { status: 'RESOURCE_EXHAUSTED' } }, cabecalhos: { 'retry-after': '7' } },
      quebra: { status: 500, corpo: { error: { status: 'INTERNAL' } } },
      ilegivel: { status: 200, corpo: '<html>um proxy</html>', cabecalhos: { 'content-type': 'text/html' } },
      enviar: () => firebase().deliver(curta),
    },
    'Web Push': {
      aceita: { status: 201 },
      recusa: { status: 413 },
      demais: { status: 429, cabecalhos: { 'retry-after': '7' } },
      quebra: { status: 502 },
      ilegivel: { status: 301, corpo: '<html>um proxy</html>', cabecalhos: { location: 'http://127.0.0.1:1/' } },
      enviar: () => webPush().deliver(curta),
    },
  };

  const falhaDe = async (enviado: Promise<Aceite>): Promise<FalhaDeEnvio> => {
    const error: unknown = await enviado.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(FalhaDeEnvio);
    // What is stored and announced: nobody's address, number or device.
    expect((error as Error).message).not.toMatch(/ana@|99999|token-1|\/n1/);
    return error as FalhaDeEnvio;
  };

  describe.each(Object.entries(PROVEDORES))('%s', (_nome, { aceita, recusa, demais, quebra, ilegivel, enviar }) => {
    it('que aceita', async () => {
      http.comportamentos = [aceita];
      await expect(enviar()).resolves.toMatchObject({ provedor: expect.any(String) });
    });
    it('que recusa a mensagem não a verá de novo', async () => {
      http.comportamentos = [recusa];
      expect(await falhaDe(enviar())).toMatchObject({ definitiva: true });
    });
    it('que está a receber demais diz quando', async () => {
      http.comportamentos = [demais];
      const { definitiva, esperarMs, tentada } = await falhaDe(enviar());
      expect([definitiva, esperarMs, tentada]).toEqual([false, 7_000, false]);
    });
    it.each([
      ['que quebra', quebra],
      ['que cala', 'CALA' as const],
      ['cuja resposta se perde', 'PERDE_A_RESPOSTA' as const],
      ['cuja resposta não se entende', ilegivel],
    ])('%s será tentado de novo', async (_como, comportamento) => {
      http.comportamentos = [comportamento];
      expect(await falhaDe(enviar())).toMatchObject({ definitiva: false });
    });
  });

  describe('o SMTP', () => {
    const enviar = (mensagem = email()) =>
      new CanalGuardado(
        guarda(),
        new EmailPorSmtp({ url: correio.url, remetente: 'reservas@exemplo.com', timeoutMs: TIMEOUT_MS }),
      ).deliver(mensagem);

    it('leva a carta sob um id que não muda, sem cabeçalhos que o texto traga, com o calendário e o descadastro', async () => {
      correio.respostas = {};
      const mensagem = email();
      const { provedor, referencia } = await enviar(mensagem);
      expect([provedor, referencia]).toEqual(['smtp', `<${mensagem.id}@exemplo.com>`]);
      const carta = correio.cartas.at(-1) ?? '';
      const cabecalhos = carta.slice(0, carta.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
      expect(cabecalhos).toContain(`Message-ID: <${mensagem.id}@exemplo.com>`);
      expect(cabecalhos).toContain('List-Unsubscribe: <https://reservas.exemplo.com/sair?t=1>');
      expect(cabecalhos).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
      expect(cabecalhos).not.toMatch(/^bcc:/im);
    });
    it.each(['REQUEST', 'CANCEL', 'PUBLISH'] as const)('leva o calendário de %s no corpo e anexado', async (metodo) => {
      correio.respostas = {};
      const ics = `BEGIN:VCALENDAR\r\nMETHOD:${metodo}\r\nEND:VCALENDAR\r\n`;
      const mensagem = email();
      await enviar({ ...mensagem, conteudo: { ...mensagem.conteudo, calendario: { metodo, ics } } });
      // Each part as its headers, unfolded, and what it says, of those that say a calendar.
      const partes = (correio.cartas.at(-1) ?? '')
        .split(/\r\n--[^\r]+\r\n/)
        .map((parte) => parte.split('\r\n\r\n'))
        .map(([cabecalhos = '', corpo = '']) => [cabecalhos.replace(/\r\n[ \t]+/g, ' '), corpo] as const)
        .filter(([cabecalhos]) => /text\/calendar|reserva\.ics/.test(cabecalhos))
        .map(([cabecalhos, corpo]) => {
          const [seu = ''] = corpo.split('\r\n--');
          return {
            cabecalhos,
            dito: (/base64/i.test(cabecalhos) ? Buffer.from(seu, 'base64').toString() : seu).trim(),
          };
        });
      expect(partes.map(({ dito }) => dito)).toEqual([ics.trim(), ics.trim()]);
      const [noCorpo, anexado] = partes;
      expect(noCorpo?.cabecalhos).toMatch(new RegExp(`text/calendar; charset=utf-8; method=${metodo}`, 'i'));
      expect(anexado?.cabecalhos).toMatch(/Content-Disposition: attachment; filename="?reserva\.ics/i);
    });
    it.each([
      ['recusa o endereço', { RCPT: '550 5.1.1 <ana@exemplo.com> nobody' }, true],
      ['recusa a carta', { '.': '554 5.7.1 spam' }, true],
      ['pede que se espere', { RCPT: '450 4.2.1 later' }, false],
      ['está fora de serviço', { OLA: '421 4.3.2 bye' }, false],
      ['cala', { OLA: 'CALA' }, false],
      ['perde a resposta', { '.': 'PERDE' }, false],
      ['responde o que não se entende', { OLA: 'HTTP/1.1 400 Bad Request' }, false],
    ])('que %s', async (_como, respostas, definitiva) => {
      correio.respostas = respostas;
      expect(await falhaDe(enviar())).toMatchObject({ definitiva });
    });
  });

  it.each(['REQUEST', 'CANCEL'] as const)(
    'a SendGrid recebe calendário (%s), descadastro e referência',
    async (metodo) => {
      http.comportamentos = [{ status: 202, cabecalhos: { 'x-message-id': 'sg-1' } }];
      const { conteudo, ...resto } = email();
      const ics = `METHOD:${metodo}\r\n`;
      const mensagem = { ...resto, conteudo: { ...conteudo, calendario: { metodo, ics } } };
      expect(await sendgrid().deliver(mensagem)).toEqual({ provedor: 'sendgrid', referencia: 'sg-1' });
      const corpo = JSON.parse(http.recebidos.at(-1)?.corpo.toString() ?? '{}') as Record<string, unknown>;
      expect(corpo).toMatchObject({
        custom_args: { notificacaoId: mensagem.id },
        headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
        content: [
          { type: 'text/plain' },
          { type: 'text/html' },
          { type: `text/calendar; charset=utf-8; method=${metodo}`, value: ics },
        ],
        attachments: [
          { filename: 'reserva.ics', disposition: 'attachment', content: Buffer.from(ics).toString('base64') },
        ],
      });
    },
  );

  it('a Twilio recebe número, texto com fim e para onde contar o que houve', async () => {
    http.comportamentos = [{ status: 201, corpo: { sid: 'SM1' } }];
    const longa = { ...curta, conteudo: { assunto: 'Oi', texto: 'a'.repeat(2_000) } };
    expect(await twilio().deliver(longa)).toEqual({ provedor: 'twilio', referencia: 'SM1' });
    const recebido = http.recebidos.at(-1);
    expect(recebido?.caminho).toBe(`/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages.json`);
    const dados = Object.fromEntries(new URLSearchParams(recebido?.corpo.toString()));
    expect(dados).toMatchObject({
      To: '+5511999990000',
      From: '+5511940000000',
      StatusCallback: expect.stringMatching(
        new RegExp(`^https://api\\.exemplo\\.com/retorno\\?notificacaoId=${curta.id}&em=\\d{13}$`),
      ),
    });
    expect(dados['Body']).toHaveLength(480);
  });

  it.each([{ error: { status: 'RESOURCE_EXHAUSTED' } }, '<html>um proxy</html>'])(
    'à Firebase que recebe demais e não diz até quando (%j), nada se pede por um minuto',
    async (corpo) => {
      http.comportamentos = [{ status: 429, corpo }];
      expect(await falhaDe(firebase().deliver(curta))).toMatchObject({ definitiva: false, esperarMs: 60_000 });
    },
  );

  it('pela Firebase vai a todos os aparelhos, e os mortos são esquecidos', async () => {
    const destinos = destinosDe(celular('vivo'), celular('morto'));
    const pedidos = http.recebidos.length;
    http.comportamentos = [
      { status: 200, corpo: { name: 'projects/projeto/messages/1' } },
      {
        status: 404,
        corpo: {
          error: {
            status: 'NOT_FOUND',
            details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED' }],
          },
        },
      },
    ];
    expect(await firebase(destinos).deliver(curta)).toEqual({ provedor: 'firebase' });
    expect(destinos.todos).toHaveLength(1);
    const recebidos = http.recebidos
      .slice(pedidos)
      .map(({ corpo }) => (JSON.parse(corpo.toString()) as { message: { token: string; android: unknown } }).message);
    expect(recebidos.map(({ token }) => token).toSorted()).toEqual(['morto', 'vivo']);
    expect(recebidos[0]?.android).toEqual({ collapse_key: curta.id });
  });

  it('por Web Push vai cifrada e assinada a cada navegador, e os mortos são esquecidos', async () => {
    const destinos = destinosDe(navegador('vivo'), navegador('morto'));
    http.comportamentos = [{ status: 201 }, { status: 410 }];
    expect(await webPush(destinos).deliver(curta)).toEqual({ provedor: 'web-push' });
    expect(destinos.todos).toHaveLength(1);
    const recebido = http.recebidos.at(-1);
    expect(recebido?.cabecalhos).toMatchObject({
      topic: curta.id.replaceAll('-', ''),
      'content-encoding': 'aes128gcm',
      authorization: expect.stringMatching(/^vapid t=/),
    });
    expect(recebido?.corpo.toString('latin1')).not.toContain('Confirmada');
  });

  describe('a fronteira', () => {
    const levados: Mensagem<'EMAIL'>[] = [];
    const fronteira = new Fronteira<'EMAIL'>(
      {
        tipo: 'EMAIL',
        room: () => Promise.resolve(Infinity),
        deliver: (mensagem) => {
          levados.push(mensagem);
          return Promise.resolve({ provedor: 'ninguém' });
        },
      },
      { site: 'https://reservas.exemplo.com', painel: 'https://painel.exemplo.com' },
      () => Promise.resolve(),
    );
    const com = (conteudo: Partial<Mensagem<'EMAIL'>['conteudo']>, endereco = para.email) => {
      const mensagem = email();
      return fronteira.deliver({
        ...mensagem,
        para: { ...para, email: endereco },
        conteudo: { ...mensagem.conteudo, ...conteudo },
      });
    };

    it('faz uma linha do que vai em cabeçalhos, por mais que o texto a quebre', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('\r\n', '\n', '\r', '\u2028', '\0', '\u0085'),
          async (texto, quebra) => {
            await com({ assunto: `${texto}${quebra}Bcc: x@y.z` });
            expect(levados.at(-1)?.conteudo.assunto).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
            expect(levados.at(-1)?.para.nome).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          },
        ),
      );
    });
    it.each([
      ['ana@exemplo.com\r\nBcc: x@y.z', {}],
      ['ana@exemplo.com, x@y.z', {}],
      ['Ana <x@y.z>', {}],
      [para.email, { html: '<a href="https://reservas.exemplo.com.mal.com/">x</a>' }],
      [para.email, { html: "<img src='http://127.0.0.1/x.png'>" }],
      [para.email, { html: '<a href="javascript:alert(1)">x</a>' }],
      [para.email, { html: '<a HREF = "//mal.com">x</a>' }],
      [para.email, { html: '<a href=https://mal.com>x</a>' }],
      [para.email, { descadastro: 'https://mal.com/sair' }],
    ])('não deixa passar %j, %j', async (endereco, conteudo) => {
      const antes = levados.length;
      await expect(com(conteudo, endereco)).rejects.toMatchObject({ definitiva: true });
      expect(levados).toHaveLength(antes);
    });
    it('deixa passar o que leva ao site e ao painel', async () => {
      const html =
        '<a href="https://reservas.exemplo.com/conta/senha#token=a&amp;b">x</a> <a href="https://painel.exemplo.com/sagas">y</a> <p>1 &lt; 2</p>';
      await expect(com({ html })).resolves.toEqual({ provedor: 'ninguém' });
    });
  });

  it('a um provedor que segue falhando nada se pede por um tempo; o que se recusa por si não o diz fora', async () => {
    const uma = guarda(1_000, 60_000);
    const recusar = () => Promise.reject(new FalhaDeEnvio('recusada', true));
    for (let i = 0; i < 20; i++) await expect(uma.run(recusar)).rejects.toMatchObject({ definitiva: true });
    await expect(uma.run(() => Promise.resolve(1))).resolves.toBe(1);
    let pedidos = 0;
    const falhar = () => {
      pedidos++;
      return Promise.reject(new FalhaDeEnvio('quebrou', false));
    };
    for (let i = 0; i < 60; i++) await expect(uma.run(falhar)).rejects.toMatchObject({ definitiva: false });
    expect(pedidos).toBeLessThan(60);
    await expect(uma.run(falhar)).rejects.toMatchObject({ definitiva: false, tentada: false, esperarMs: 60_000 });
    // Others know nothing of it.
    await expect(guarda().run(() => Promise.resolve(1))).resolves.toBe(1);
  });

  it('o ritmo é de todas as instâncias juntas, e o que não cabe volta à fila sem contar', async () => {
    const nome = `p${randomUUID()}`;
    const [{ comecou } = { comecou: new Date() }] = await banco.query<{ comecou: Date }>('SELECT now() AS comecou');
    const instancias = [1, 2].map(() => guardaDe(nome, 4));
    const feitos = await Promise.allSettled(
      Array.from({ length: 12 }, async (_, i) => instancias[i % 2]?.run(() => Promise.resolve(1))),
    );
    const recusados = feitos.filter((feito) => feito.status === 'rejected').map(({ reason }) => reason as FalhaDeEnvio);
    // One second's worth waits for its turn; more, only if that took longer than a turn to say.
    const feitas = feitos.length - recusados.length;
    expect(feitas).toBeGreaterThanOrEqual(4);
    expect(recusados.every(({ tentada, esperarMs = 0 }) => !tentada && esperarMs > 0)).toBe(true);
    const [{ adiante } = { adiante: 0 }] = await banco.query<{ adiante: number }>(
      `SELECT (extract(epoch FROM proximo_envio - $2::timestamptz) * 4)::float8 AS adiante FROM ritmos_de_provedores WHERE provedor = $1`,
      [nome, comecou],
    );
    // Each took a turn of its own, a quarter of a second after the last, whoever it asked.
    expect(adiante).toBeGreaterThanOrEqual(feitas - 0.01);
  });

  it('quantos cabem agora se sabe antes de tomar algum', async () => {
    const uma = guarda(4);
    expect(await uma.room()).toBe(1);
    await uma.run(() => Promise.resolve(1));
    const depois = await uma.room();
    expect([depois > 0, depois <= 4]).toEqual([true, true]);
    await expect(uma.run(() => Promise.reject(new FalhaDeEnvio('demais', false, 60_000, false)))).rejects.toThrow();
    expect(await uma.room()).toBe(0);
  });

  it('o que um provedor diz de esperar vale para todas as instâncias', async () => {
    const nome = `p${randomUUID()}`;
    const [uma, outra] = [guardaDe(nome, 100), guardaDe(nome, 100)];
    await expect(uma.run(() => Promise.reject(new FalhaDeEnvio('demais', false, 60_000)))).rejects.toThrow('demais');
    await expect(outra.run(() => Promise.resolve(1))).rejects.toMatchObject({ tentada: false });
  });
});
