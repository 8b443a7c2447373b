import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AuditoriaHttp,
  BloqueiosHttp,
  CalendarioSeguidoHttp,
  CalendariosSeguidosHttp,
  EspacoHttp,
  UnidadesHttp,
} from '@plataforma/contracts';
import { InvalidConfigurationError, loadConfig } from '@plataforma/platform';
import { eventually, testEnvironment } from '@plataforma/testing';
import { AppModule, settings } from '../src/app.module.js';
import { EspacosFixture, periodo } from './espacos-fixture.js';
import { recusa } from './reservas-fixture.js';

type Quando = ReturnType<typeof periodo>;

/** Whoever keeps calendars elsewhere: on a local port, it answers what the test says. */
class Alhures {
  private constructor(private readonly server: Server) {}

  responder: (response: ServerResponse, caminho: string) => unknown = (response) => response.writeHead(404).end();

  static async start(): Promise<Alhures> {
    const server = createServer();
    const alhures = new Alhures(server);
    server.on('request', ({ url = '' }, response) => void alhures.responder(response, url));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return alhures;
  }

  get origem(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  url(caminho: string): string {
    return `http://${this.origem}${caminho}`;
  }

  /** What it has from now on, at any address. */
  tem(...eventos: readonly (Quando & { titulo?: string })[]): void {
    this.responder = (response) => response.end(ical(eventos));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const utc = (quando: string): string => quando.replace(/[-:]|\.\d+/g, '');
const ical = (eventos: readonly (Quando & { titulo?: string })[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//alhures//pt',
    ...eventos.flatMap(({ inicio, fim, titulo = 'Segredo de alguém' }, i) => [
      'BEGIN:VEVENT',
      `UID:${i}@alhures`,
      'DTSTAMP:20261101T000000Z',
      `DTSTART:${utc(inicio)}`,
      `DTEND:${utc(fim)}`,
      `SUMMARY:${titulo}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

let f: EspacosFixture;
let alhures: Alhures;
let espaco: EspacoHttp;
let dia = 3;

beforeAll(async () => {
  [f, alhures] = await Promise.all([EspacosFixture.start({ CALENDARIOS_LOCAIS: 'true' }), Alhures.start()]);
});
afterAll(async () => {
  await f.stop();
  await alhures.stop();
});
beforeEach(async () => {
  dia++;
  alhures.tem();
  espaco = await f.publicado();
});

const rota = () => `/v1/espacos/${espaco.id}/calendarios-seguidos`;
const seguir = (corpo: Record<string, unknown> = {}, token = f.admin) =>
  f.app.post<CalendarioSeguidoHttp>(
    rota(),
    { nome: 'Agenda da matriz', endereco: alhures.url('/segredo-3q2.ics'), ...corpo },
    { token },
  );
const ver = async (id: string): Promise<CalendarioSeguidoHttp> => {
  const { body } = await f.app.get<CalendariosSeguidosHttp>(rota(), { token: f.admin });
  const achado = body.itens.find((item) => item.id === id);
  if (!achado) throw new Error('o espaço não segue este calendário');
  return achado;
};
/** Fetches it now. @returns it once that has been done */
async function buscar({ id }: { id: string }): Promise<CalendarioSeguidoHttp> {
  const { buscadoEm: antes } = await ver(id);
  const { status } = await f.app.post(`${rota()}/${id}/busca`, undefined, { token: f.admin });
  expect(status).toBe(202);
  return buscado(id, antes);
}
const buscado = (id: string, antes: string | null = null): Promise<CalendarioSeguidoHttp> =>
  eventually(async () => {
    const depois = await ver(id);
    return depois.buscadoEm !== antes && depois;
  });
const seguido = async (corpo?: Record<string, unknown>): Promise<CalendarioSeguidoHttp> =>
  buscado((await seguir(corpo)).body.id);
const bloqueios = async () =>
  (await f.app.get<BloqueiosHttp>(`/v1/espacos/${espaco.id}/bloqueios`, { token: f.admin })).body.itens;
const horas = async () => (await bloqueios()).map(({ inicio, fim }) => ({ inicio, fim }));
const cabe = async (quando: Quando) => (await f.reservar(espaco.id, quando)).status === 201;

describe('Um espaço que segue um calendário de fora', () => {
  it('fica bloqueado no que ele diz tomado, com o nome dele e sem o que lá se escreveu; e acompanha o que muda lá', async () => {
    const [fica, muda, some] = [periodo(dia, 9), periodo(dia, 11), periodo(dia, 14)];
    alhures.tem(fica, muda, some);
    const calendario = await seguido();
    expect(calendario).toMatchObject({
      nome: 'Agenda da matriz',
      origem: alhures.origem,
      erro: null,
      bloqueios: 3,
      conflitos: [],
    });
    expect(await bloqueios()).toMatchObject(
      [fica, muda, some].map((quando) => ({
        ...quando,
        motivo: 'Agenda da matriz',
        calendarioId: calendario.id,
        autorId: f.adminId,
      })),
    );
    expect(await cabe(some)).toBe(false);
    const antes = (await bloqueios()).find(({ inicio }) => inicio === fica.inicio)?.id;

    const depois = periodo(dia, 12, 2);
    alhures.tem(fica, depois);
    expect(await buscar(calendario)).toMatchObject({ bloqueios: 2 });
    expect(await horas()).toEqual([fica, depois]);
    // What stays is the same one, and not another in its place.
    expect((await bloqueios())[0]?.id).toBe(antes);
    expect([await cabe(some), await cabe(muda)]).toEqual([true, true]);
  });

  it('toma uma vez o tempo de eventos que se cruzam', async () => {
    alhures.tem(periodo(dia, 9, 2), periodo(dia, 10, 2));
    await seguido();
    expect(await horas()).toEqual([periodo(dia, 9, 3)]);
  });

  it('deixa como está a reserva que já existe, mostra-a, e toma o resto; e o tempo dela, quando ela já não é', async () => {
    const reserva = await f.reservar(espaco.id, periodo(dia, 10));
    alhures.tem(periodo(dia, 9, 3));
    const calendario = await seguido();
    expect(calendario.conflitos).toEqual([{ reservaId: reserva.body['id'], ...periodo(dia, 10) }]);
    const { body } = await f.app.get<{ status: string }>(`/v1/reservas/${String(reserva.body['id'])}`, {
      token: f.admin,
    });
    expect(body.status).toBe('PENDENTE_PAGAMENTO');
    expect([await cabe(periodo(dia, 9)), await cabe(periodo(dia, 11))]).toEqual([false, false]);

    await f.app.post(`/v1/reservas/${String(reserva.body['id'])}/cancelamento`, undefined, { token: f.admin });
    expect(await buscar(calendario)).toMatchObject({ conflitos: [], bloqueios: 1 });
    expect(await cabe(periodo(dia, 10))).toBe(false);
  });

  it('só nas unidades que se disse', async () => {
    espaco = await f.publicado({ quantidadeUnidades: 2 });
    const { body } = await f.app.get<UnidadesHttp>(`/v1/espacos/${espaco.id}/unidades`, { token: f.admin });
    const [uma] = body.itens;
    alhures.tem(periodo(dia, 9));
    await seguido({ unidades: [uma?.id] });
    expect(await bloqueios()).toMatchObject([{ unidades: [uma?.id] }]);
    expect([await cabe(periodo(dia, 9)), await cabe(periodo(dia, 9))]).toEqual([true, false]);
    expect(recusa(await seguir({ unidades: [espaco.id] }))).toEqual([422, 'reservas.unidade-inexistente']);
  });

  it.each([
    ['recusa', 'RECUSADO', 410, (response: ServerResponse) => response.writeHead(410).end()],
    ['manda uma página', 'ILEGIVEL', null, (response: ServerResponse) => response.end('<html>entre</html>')],
    [
      'repete sem fim',
      'ILEGIVEL',
      null,
      (response: ServerResponse) =>
        response.end(ical([periodo(4, 9)]).replace('SUMMARY', 'RRULE:FREQ=SECONDLY\r\nSUMMARY')),
    ],
    [
      'manda mais do que se lê',
      'GRANDE_DEMAIS',
      null,
      (response: ServerResponse) => response.end(ical([{ ...periodo(4, 9), titulo: 'x'.repeat(1_048_576) }])),
    ],
    [
      'interrompe-se',
      'CONEXAO',
      null,
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '5000' }).write('BEGIN:VCALENDAR');
        response.destroy();
      },
    ],
    [
      'manda a outro lugar sem acabar',
      'REDIRECIONAMENTOS_DEMAIS',
      null,
      (response: ServerResponse, caminho: string) => response.writeHead(302, { location: `${caminho}x` }).end(),
    ],
  ] as const)(
    'quando ele %s, diz por quê (%s), e o que se sabia continua valendo',
    async (_oque, erro, status, resposta) => {
      alhures.tem(periodo(dia, 9));
      const calendario = await seguido();
      alhures.responder = resposta;
      expect(await buscar(calendario)).toMatchObject({ erro, status, bloqueios: 1, lidoEm: calendario.lidoEm });
      alhures.tem(periodo(dia, 15));
      expect(await buscar(calendario)).toMatchObject({ erro: null, status: null, bloqueios: 1 });
      expect(await horas()).toEqual([periodo(dia, 15)]);
    },
  );

  it('pausado não busca nem larga o que tomou; retomado busca; largado, libera', async () => {
    alhures.tem(periodo(dia, 9));
    const { id } = await seguido();
    const mudar = (ativo: boolean) =>
      f.app.send<CalendarioSeguidoHttp>('PATCH', `${rota()}/${id}`, { token: f.admin, body: { ativo } });
    expect((await mudar(false)).body).toMatchObject({ ativo: false, proximaEm: null, bloqueios: 1 });
    expect(recusa(await f.app.post(`${rota()}/${id}/busca`, undefined, { token: f.admin }))).toEqual([
      409,
      'reservas.calendario-seguido-pausado',
    ]);
    alhures.tem(periodo(dia, 10));
    const { buscadoEm } = await ver(id);
    expect((await mudar(true)).body.ativo).toBe(true);
    await buscado(id, buscadoEm);
    expect(await horas()).toEqual([periodo(dia, 10)]);
    expect((await f.app.send('DELETE', `${rota()}/${id}`, { token: f.admin })).status).toBe(204);
    expect([await bloqueios(), await cabe(periodo(dia, 10))]).toEqual([[], true]);
    expect(recusa(await f.app.send('DELETE', `${rota()}/${id}`, { token: f.admin }))).toEqual([
      404,
      'reservas.calendario-seguido-inexistente',
    ]);
  });

  it('não deixa desfazer à mão o que vem dele', async () => {
    alhures.tem(periodo(dia, 9));
    await seguido();
    const [bloqueio] = await bloqueios();
    const desfeito = await f.app.send('DELETE', `/v1/espacos/${espaco.id}/bloqueios/${bloqueio?.id}`, {
      token: f.admin,
    });
    expect(recusa(desfeito)).toEqual([409, 'reservas.bloqueio-de-calendario']);
    expect(await cabe(periodo(dia, 9))).toBe(false);
  });

  it('segue até cinco, e só quem o administra diz quais', async () => {
    for (let i = 0; i < 5; i++) expect((await seguir()).status).toBe(201);
    expect(recusa(await seguir())).toEqual([409, 'reservas.calendarios-seguidos-demais']);
    expect((await seguir({}, f.cliente)).status).toBe(403);
    expect((await f.app.get(rota(), { token: f.cliente })).status).toBe(403);
  });
});

describe('Segurança: o endereço de um calendário', () => {
  it('não se mostra a ninguém: nem a quem o disse, nem na auditoria', async () => {
    const criado = await seguir();
    await buscado(criado.body.id);
    const auditoria = await f.app.get<AuditoriaHttp>('/v1/auditoria/reservas?tipo=espaco.calendario-seguido', {
      token: f.admin,
    });
    expect(auditoria.body.itens[0]).toMatchObject({ alvo: `espaco/${espaco.id}`, autorId: f.adminId });
    expect(JSON.stringify([criado.body, await ver(criado.body.id), auditoria.body])).not.toContain('3q2');
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
    'https://[::ffff:10.1.2.3]/x',
    'https://localhost/x',
    'https://ana:segredo@agenda.example/x',
  ])('que manda a %s não é seguido até lá', async (location) => {
    alhures.responder = (response) => response.writeHead(302, { location }).end();
    expect(await seguido()).toMatchObject({ erro: 'ENDERECO_PROIBIDO', bloqueios: 0 });
  });

  it('que manda a outro que serve é seguido', async () => {
    alhures.responder = (response, caminho) =>
      caminho === '/depois.ics'
        ? response.end(ical([periodo(dia, 9)]))
        : response.writeHead(301, { location: '/depois.ics' }).end();
    expect(await seguido()).toMatchObject({ erro: null, bloqueios: 1 });
  });

  it('que não é público nem https se recusa ao dizê-lo, fora de testes; e em produção não há testes', async () => {
    const fora = await EspacosFixture.start();
    try {
      const sala = await fora.publicado();
      for (const endereco of [alhures.url('/x'), 'https://10.1.2.3/x', 'https://[::1]/x', 'http://agenda.example/x'])
        expect(
          recusa(
            await fora.app.post(
              `/v1/espacos/${sala.id}/calendarios-seguidos`,
              { nome: 'x', endereco },
              { token: fora.admin },
            ),
          ),
        ).toEqual([422, 'reservas.endereco-proibido']);
    } finally {
      await fora.stop();
    }
    const env = {
      ...testEnvironment({
        issuer: {
          settings: { JWKS_URL: 'http://auth.invalid/jwks', JWT_ISSUER: 'http://auth.invalid', JWT_AUDIENCE: 'x' },
        },
      }),
      RABBITMQ_URL: 'amqp://fila.invalid',
      DATABASE_URL: 'postgres://banco.invalid/x',
      CALENDARIOS_LOCAIS: 'true',
      NODE_ENV: 'production',
    };
    expect(() => AppModule.with(loadConfig(settings, env))).toThrow(InvalidConfigurationError);
  });
});
