import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventoAoVivo, MessageData } from '@plataforma/contracts';
import { ouvir } from '@plataforma/contracts/ao-vivo';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  FakePlatform,
  problemAnswer,
  TcpProxy,
  TestApp,
  TestBroker,
  testEnvironment,
} from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { espaco, reserva } = FakePlatform.examples;
const OUTRO = '0192f0c4-0000-7000-8000-00000000000b';
const SALAO = '0192f0c4-0000-7000-8000-0000000000e9';

type Lido = EventoAoVivo & { readonly id?: string; readonly retry?: number };

/** A reader of the stream, as it comes over the wire. */
class Leitor {
  readonly eventos: Lido[] = [];
  texto = '';
  acabou = false;
  private readonly cortar = new AbortController();

  private constructor(readonly resposta: Response) {}

  static async abrir(
    app: TestApp,
    { token, espacoId, ultimo }: { token?: string; espacoId?: string; ultimo?: string | undefined } = {},
  ): Promise<Leitor> {
    const cortar = new AbortController();
    const resposta = await fetch(`${app.url}/v1/eventos${espacoId === undefined ? '' : `?espacoId=${espacoId}`}`, {
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(ultimo !== undefined && { 'last-event-id': ultimo }),
      },
      signal: cortar.signal,
    });
    const leitor = new Leitor(resposta);
    cortar.signal.throwIfAborted();
    Object.assign(leitor, { cortar });
    if (resposta.ok) void leitor.ler();
    return leitor;
  }

  private async ler(): Promise<void> {
    const texto = new TextDecoder();
    try {
      for await (const parte of (this.resposta.body ?? []) as AsyncIterable<Uint8Array>) {
        this.texto += texto.decode(parte, { stream: true });
        const blocos = this.texto.split('\n\n').slice(0, -1);
        for (const bloco of blocos.slice(this.lidos)) this.entender(bloco);
        this.lidos = blocos.length;
      }
    } catch {
      // Hung up, by one side or the other.
    }
    this.acabou = true;
  }
  private lidos = 0;

  private entender(bloco: string): void {
    const campo = (nome: string) => new RegExp(`^${nome}: (.*)$`, 'm').exec(bloco)?.[1];
    const [nome, data, id, retry] = ['event', 'data', 'id', 'retry'].map(campo);
    if (nome === undefined) return;
    this.eventos.push({
      nome,
      dados: JSON.parse(data ?? '') as unknown,
      ...(id !== undefined && { id }),
      ...(retry !== undefined && { retry: Number(retry) }),
    } as Lido);
  }

  de<Nome extends Lido['nome']>(nome: Nome) {
    return this.eventos.filter((evento): evento is Extract<Lido, { nome: Nome }> => evento.nome === nome);
  }
  get nomes(): string[] {
    return this.eventos.map(({ nome }) => nome);
  }
  get ultimo(): string | undefined {
    return this.eventos.findLast(({ id }) => id !== undefined)?.id;
  }
  desligar(): void {
    this.cortar.abort();
  }
}

const daReserva = {
  reservaId: reserva.id,
  clienteId: reserva.clienteId,
  espacoId: espaco.id,
  espacoNome: 'Sala Ipê',
  cidade: 'São Paulo',
  inicio: reserva.inicio,
  fim: reserva.fim,
  fuso: reserva.fuso,
  valorCentavos: 100,
  moeda: 'BRL',
} as const;
const cancelada: MessageData<'reserva.cancelada.v1'> = { ...daReserva, motivo: 'CLIENTE', reembolsoCentavos: 0 };

describe('Os eventos ao vivo', () => {
  let platform: FakePlatform;
  let broker: TestBroker;
  let amqp: TcpProxy;
  let app: TestApp;
  let outra: TestApp;
  let token: string;
  const abertos: Leitor[] = [];

  const iniciar = (url: string) => {
    const config = loadConfig(settings, {
      ...testEnvironment(platform),
      ...platform.settings,
      RABBITMQ_URL: url,
    });
    return TestApp.start(appModule(config), application);
  };
  const abrir = async (opcoes: Parameters<typeof Leitor.abrir>[1] = {}, em = app): Promise<Leitor> => {
    const leitor = await Leitor.abrir(em, opcoes);
    abertos.push(leitor);
    return leitor;
  };
  /** Reads from the beginning, once the instance hears. */
  const ouvindo = async (opcoes: Parameters<typeof Leitor.abrir>[1] = {}, em = app): Promise<Leitor> => {
    const leitor = await eventually(async () => {
      const tentado = await abrir(opcoes, em);
      return tentado.resposta.status === 503 ? undefined : tentado;
    });
    await eventually(() => leitor.eventos.length > 0);
    return leitor;
  };
  const prorrogar = (versao: number, dados: object = {}) =>
    broker.publish(
      'reserva.prorrogada.v1',
      { ...daReserva, expiraEm: reserva.fim, ...dados },
      { sequence: String(versao), subject: `reserva/${reserva.id}` },
    );

  beforeAll(async () => {
    [platform, broker] = await Promise.all([FakePlatform.start(), TestBroker.create('bff-web')]);
    amqp = await TcpProxy.start(broker.serviceUrl);
    [app, outra] = await Promise.all([iniciar(amqp.url), iniciar(broker.serviceUrl)]);
    token = await platform.token();
  });
  beforeEach(() => {
    platform.reset();
    platform.reservas
      .on('GET /v1/reservas', { body: { itens: [], proximo: null } })
      .on(`GET /v1/espacos/${espaco.id}/vizinhos`, { body: { ids: [SALAO] } });
  });
  afterEach(() => {
    for (const leitor of abertos.splice(0)) leitor.desligar();
  });
  afterAll(async () => {
    await Promise.all([app?.stop(), outra?.stop()]);
    await amqp?.cut();
    await Promise.all([broker?.drop(), platform?.stop()]);
  });

  it('contam a cada pessoa só o que é seu, sem que ninguém o guarde no caminho', async () => {
    const [meu, dele] = [await ouvindo({ token }), await ouvindo({ token: await platform.issuer.token(OUTRO) })];
    expect(Object.fromEntries(meu.resposta.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const confirmada = await broker.publish(
      'reserva.confirmada.v1',
      { ...daReserva, pagamentoId: null },
      { sequence: '2' },
    );
    await broker.publish('pagamento.recusado.v1', {
      pagamentoId: reserva.id,
      reservaId: reserva.cobrancaId,
      clienteId: reserva.clienteId,
      valorCentavos: 100,
      moeda: 'BRL',
      motivo: 'sem saldo',
    });
    await broker.publish('reserva.prorrogada.v1', { ...daReserva, clienteId: OUTRO, expiraEm: reserva.fim });
    await eventually(() => dele.de('reserva').length > 0 && meu.de('pagamento').length > 0);
    expect(meu.nomes).toEqual(['releia', 'reserva', 'pagamento']);
    expect(meu.de('reserva')[0]?.dados).toEqual({
      tipo: 'reserva.confirmada',
      em: confirmada.time,
      reservaId: reserva.id,
      espacoId: espaco.id,
      versao: 2,
      status: 'CONFIRMADA',
    });
    expect(meu.de('pagamento')[0]?.dados).toMatchObject({
      cobrancaId: reserva.cobrancaId,
      parcela: 1,
      status: 'PENDENTE',
    });
    expect(dele.nomes).toEqual(['releia', 'reserva']);
  });

  it('não perdem nada entre abrir e ler: o que começa depois de releia chega sempre', async () => {
    await ouvindo({ token });
    const ULTIMA = 80;
    let comecadas = 0;
    const publicando = (async () => {
      for (let versao = 1; versao <= ULTIMA; versao++) {
        comecadas = versao;
        await prorrogar(versao);
      }
    })();
    const leitores: { leitor: Leitor; vistas: number }[] = [];
    for (let n = 0; n < 6; n++) {
      const leitor = await abrir({ token });
      await eventually(() => leitor.eventos.length > 0);
      leitores.push({ leitor, vistas: comecadas });
    }
    await publicando;
    for (const { leitor, vistas } of leitores) {
      await eventually(() => leitor.de('reserva').some(({ dados }) => dados.versao === ULTIMA));
      const versoes = leitor.de('reserva').map(({ dados }) => dados.versao);
      expect(versoes).toEqual(
        expect.arrayContaining(Array.from({ length: ULTIMA - vistas }, (_, n) => vistas + 1 + n)),
      );
      expect(versoes).toEqual(versoes.toSorted((a, b) => a - b));
    }
  });

  it('seguem de onde estavam, e a quem vem de outra instância mandam ler de novo', async () => {
    const antes = await ouvindo({ token, espacoId: espaco.id });
    await ouvindo({ token }, outra);
    await prorrogar(1);
    await eventually(() => antes.de('reserva').length === 1);
    antes.desligar();
    await prorrogar(2);
    await broker.publish('reserva.cancelada.v1', cancelada, { sequence: '3' });
    await prorrogar(9, { clienteId: OUTRO });
    await prorrogar(4);
    const testemunha = await abrir({ token }, outra);
    await eventually(() => testemunha.eventos.length > 0);

    const depois = await eventually(async () => {
      const leitor = await abrir({ token, espacoId: espaco.id, ultimo: antes.ultimo });
      await eventually(() => leitor.eventos.length > 0);
      return leitor;
    });
    await eventually(() => depois.de('reserva').some(({ dados }) => dados.versao === 4));
    expect(depois.nomes).toEqual(['retomada', 'reserva', 'reserva', 'espaco', 'reserva']);
    expect(depois.de('reserva').map(({ dados }) => dados.versao)).toEqual([2, 3, 4]);
    // What one message says in two has one number, with the last: cut off between them nothing is missed.
    expect(depois.eventos.map(({ id }) => id !== undefined)).toEqual([false, true, false, true, true]);

    for (const [ultimo, em] of [
      [antes.ultimo, outra],
      ['nada disto', app],
      ['00000000-1', app],
    ] as const)
      expect((await ouvindo({ token, ultimo }, em)).nomes[0]).toBe('releia');
  });

  it('contam a quem olha um espaço o que nele fica livre ou não, e nada de quem o faz', async () => {
    const leitor = await ouvindo({ espacoId: espaco.id });
    const ocupacao = { inicio: '2026-12-02T00:15:00.000Z', fim: '2026-12-02T02:15:00.000Z' };
    await broker.publish('reserva.criada.v1', {
      ...daReserva,
      espacoId: SALAO,
      unidades: [espaco.id],
      ocupacao,
      expiraEm: reserva.fim,
      politicaCancelamento: [],
    });
    await broker.publish('reserva.confirmada.v1', { ...daReserva, pagamentoId: null });
    await broker.publish('espaco.bloqueio-alterado.v1', { espacoId: espaco.id, ...ocupacao });
    await broker.publish('reserva.remarcacao-desfeita.v1', daReserva);
    await broker.publish('espaco.alterado.v1', { espacoId: SALAO, versao: 2 });
    await eventually(() => leitor.acabou);
    expect(leitor.nomes).toEqual(['releia', 'espaco', 'espaco', 'espaco', 'espaco', 'fim']);
    expect(leitor.de('espaco').map(({ dados: { em: _em, ...dados } }) => dados)).toEqual([
      { espacoId: espaco.id, ...ocupacao },
      { espacoId: espaco.id, ...ocupacao },
      { espacoId: espaco.id, inicio: null, fim: null },
      { espacoId: espaco.id, inicio: null, fim: null },
    ]);
    expect(leitor.de('fim')[0]?.dados.motivo).toBe('ESPACO');
    expect(leitor.texto).not.toMatch(new RegExp(`${reserva.id}|${reserva.clienteId}`));
  });

  it('acabam para quem olha um espaço cujo acesso mudou, e para quem mudou de grupos', async () => {
    const [anonimo, meu, so] = [
      await ouvindo({ espacoId: espaco.id }),
      await ouvindo({ token, espacoId: espaco.id }),
      await ouvindo({ token }),
    ];
    await broker.publish('usuario.grupos-alterados.v1', {
      usuarioId: reserva.clienteId,
      grupos: [],
      sequencia: 1,
      anterior: 0,
    });
    await eventually(() => meu.acabou);
    expect(meu.eventos.at(-1)).toMatchObject({ nome: 'fim', dados: { motivo: 'ESPACO' } });
    expect([anonimo.acabou, so.acabou]).toEqual([false, false]);
    await broker.publish('espaco.acesso-alterado.v1', { espacoId: espaco.id, regras: {}, sequencia: 2, anterior: 1 });
    await eventually(() => anonimo.acabou);
    expect(anonimo.eventos.at(-1)).toMatchObject({ nome: 'fim', dados: { motivo: 'ESPACO' } });
    expect(so.acabou).toBe(false);
  });

  it('recusam quem nada tem a ouvir, o espaço que não é para quem pede, e a sessão que já acabou', async () => {
    await ouvindo({ token });
    expect((await abrir()).resposta.status).toBe(400);
    platform.reservas.on(`GET /v1/espacos/${espaco.id}/vizinhos`, problemAnswer(404, 'reservas.espaco-inexistente'));
    expect((await abrir({ espacoId: espaco.id })).resposta.status).toBe(404);
    platform.reservas.on('GET /v1/reservas', problemAnswer(401, 'auth.sessao-encerrada'));
    expect((await abrir({ token })).resposta.status).toBe(401);
    expect((await abrir({ token: 'nenhum' })).resposta.status).toBe(401);
    const semEscopo = await platform.issuer.token(OUTRO, ['CLIENTE'], { claims: { escopos: ['fila.usar'] } });
    expect((await abrir({ token: semEscopo })).resposta.status).toBe(403);
    expect((await fetch(`${app.url}/v1/eventos?outro=1`)).status).toBe(400);
    // Nobody of them has kept a place.
    platform.reservas.on('GET /v1/reservas', { body: { itens: [], proximo: null } });
    const oito = await Promise.all(Array.from({ length: 8 }, () => abrir({ token })));
    expect(oito.map(({ resposta }) => resposta.status)).not.toContain(503);
  });

  it('acabam com o token, e com a sessão quando ela é revogada', async () => {
    const sid = randomUUID();
    const daSessao = await platform.issuer.token(reserva.clienteId, ['CLIENTE'], { claims: { sid } });
    const breve = await platform.issuer.token(reserva.clienteId, ['CLIENTE'], { expiresIn: '2s' });
    const fica = await ouvindo({ token });
    const [curto, revogado] = [await abrir({ token: breve }), await abrir({ token: daSessao })];
    await eventually(() => revogado.eventos.length > 0);
    await broker.publish('sessao.revogada.v1', {
      sessaoId: sid,
      usuarioId: reserva.clienteId,
      motivo: 'SAIDA',
      revogadaEm: new Date().toISOString(),
      tokensAte: new Date(Date.now() + 900_000).toISOString(),
    });
    await eventually(() => curto.acabou && revogado.acabou);
    expect(curto.de('fim')[0]).toMatchObject({ dados: { motivo: 'TOKEN' } });
    expect(revogado.de('fim')[0]).toMatchObject({ dados: { motivo: 'SESSAO' } });
    expect((await abrir({ token: daSessao })).resposta.status).toBe(401);
    expect(fica.acabou).toBe(false);
  });

  it('são contados por pessoa; quem desliga devolve o lugar, também no meio do caminho', async () => {
    await ouvindo({ token });
    platform.reservas.on('GET /v1/reservas', 'silence');
    const ido = new AbortController();
    const meio = fetch(`${app.url}/v1/eventos`, { headers: { authorization: `Bearer ${token}` }, signal: ido.signal });
    await eventually(() => platform.reservas.requests.some(({ path }) => path === '/v1/reservas'));
    ido.abort();
    await expect(meio).rejects.toThrow();
    platform.reservas.on('GET /v1/reservas', { body: { itens: [], proximo: null } });

    const abrirOito = () => Promise.all(Array.from({ length: 8 }, () => abrir({ token })));
    const desligar = (leitores: Leitor[]) => leitores.forEach((leitor) => leitor.desligar());
    for (const leitor of abertos) leitor.desligar();
    const oito = await eventually(async () => {
      const leitores = await abrirOito();
      if (leitores.every(({ resposta }) => resposta.status === 200)) return leitores;
      desligar(leitores);
      return undefined;
    });
    const nono = await abrir({ token });
    expect(nono.resposta.status).toBe(429);
    expect(nono.resposta.headers.get('retry-after')).toBe('30');
    expect(await nono.resposta.json()).toMatchObject({ code: 'eventos.fluxos-demais' });
    expect((await abrir({ token: await platform.issuer.token(OUTRO) })).resposta.status).toBe(200);
    desligar(oito);
    await eventually(async () => (await abrir({ token })).resposta.status === 200);
    const head = await fetch(`${app.url}/v1/eventos?espacoId=${espaco.id}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('acabam quando o RabbitMQ se vai, não começam sem ele, e voltam com ele', async () => {
    const leitor = await ouvindo({ token });
    const vivos: EventoAoVivo[] = [];
    const fim = new AbortController();
    const escuta = (async () => {
      for await (const evento of ouvir({ origem: app.url, token: () => token, signal: fim.signal })) vivos.push(evento);
    })();
    await eventually(() => vivos.length > 0);
    await amqp.cut();
    await eventually(() => leitor.acabou);
    expect(leitor.eventos.at(-1)).toMatchObject({ nome: 'fim', retry: 3_000, dados: { motivo: 'SURDO' } });
    const recusado = await abrir({ token });
    expect([recusado.resposta.status, recusado.resposta.headers.get('retry-after')]).toEqual([503, '3']);
    await prorrogar(7);
    await amqp.restore();
    const depois = await ouvindo({ token, ultimo: leitor.ultimo });
    expect(depois.nomes[0]).toBe('releia');
    await eventually(() => vivos.filter(({ nome }) => nome === 'releia').length === 2);
    await prorrogar(8);
    await eventually(() => depois.de('reserva').some(({ dados }) => dados.versao === 8));
    await eventually(() =>
      vivos.some(({ nome, dados }) => nome === 'reserva' && 'versao' in dados && dados.versao === 8),
    );
    expect(vivos.map(({ nome }) => nome)).toEqual(['releia', 'fim', 'releia', 'reserva']);
    fim.abort();
    await escuta;
  });

  it('acabam, com a hora de voltar, quando a instância para', async () => {
    const terceira = await iniciar(broker.serviceUrl);
    const leitor = await ouvindo({ token, espacoId: espaco.id }, terceira);
    await terceira.stop();
    await eventually(() => leitor.acabou);
    expect(leitor.eventos.at(-1)).toMatchObject({ nome: 'fim', retry: 1_000, dados: { motivo: 'ENCERRANDO' } });
  });
});
