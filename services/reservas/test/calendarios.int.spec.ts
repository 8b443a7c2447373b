import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CalendarioCriadoHttp, CalendariosHttp } from '@plataforma/contracts';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import { feedIcal } from '../src/application/feed-ical.js';
import { type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

let reservas: ReservasFixture;
let ana: Pessoa;
let dia = 3;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  dia++;
});

const criar = (pessoa: Pessoa, corpo: unknown = { escopo: 'USUARIO' }) =>
  reservas.app.post<CalendarioCriadoHttp>('/v1/calendarios', corpo, { token: pessoa.token });
const ler = (caminho: string, headers = {}) => reservas.app.get<string>(caminho, { headers });

interface Evento {
  readonly uid: string;
  readonly sequence: number;
  readonly status: string;
  readonly inicio: string;
  readonly fim: string;
  readonly summary: string;
}

/** What ical.js (Mozilla) reads. */
function porIcalJs(texto: string): Evento[] {
  const calendario = new ICAL.Component(ICAL.parse(texto) as unknown[]);
  return calendario.getAllSubcomponents('vevent').map((componente) => {
    const evento = new ICAL.Event(componente);
    return {
      uid: evento.uid,
      sequence: evento.sequence,
      status: String(componente.getFirstPropertyValue('status')),
      inicio: evento.startDate.toJSDate().toISOString(),
      fim: evento.endDate.toJSDate().toISOString(),
      summary: evento.summary,
    };
  });
}

/** What node-ical reads, a parser of its own. */
const porNodeIcal = (texto: string): Evento[] =>
  Object.values(nodeIcal.sync.parseICS(texto))
    .filter((componente) => componente?.type === 'VEVENT')
    .map((evento) => ({
      uid: evento.uid,
      sequence: Number(evento.sequence),
      status: evento.status ?? '',
      inicio: new Date(evento.start).toISOString(),
      fim: new Date(evento.end ?? '').toISOString(),
      summary: typeof evento.summary === 'string' ? evento.summary : evento.summary.val,
    }));

/** Both parsers must read the same. */
function eventosDe(texto: string): Evento[] {
  const eventos = porIcalJs(texto);
  expect(porNodeIcal(texto)).toEqual(eventos);
  return eventos;
}

describe('calendário de uma pessoa', () => {
  it('acompanha a reserva: retida, confirmada, cancelada, com o mesmo UID e SEQUENCE que cresce', async () => {
    const { body: calendario } = await criar(ana);
    const { body: reserva } = await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(dia, 10));
    const evento = async () => eventosDe((await ler(calendario.caminho)).body)[0];
    const esperado = { uid: `${reserva.id}@plataforma-de-reservas`, inicio: reserva.inicio, fim: reserva.fim };
    expect(await evento()).toEqual({
      ...esperado,
      sequence: 1,
      status: 'TENTATIVE',
      summary: 'Sala Ipê (à espera de pagamento)',
    });
    await reservas.pagar(reserva);
    expect(await evento()).toEqual({ ...esperado, sequence: 2, status: 'CONFIRMED', summary: 'Sala Ipê' });
    await reservas.cancelar(ana, reserva.id);
    expect(await evento()).toEqual({ ...esperado, sequence: 3, status: 'CANCELLED', summary: 'Sala Ipê (cancelada)' });
    await reservas.database.query(`ALTER TABLE eventos DISABLE TRIGGER USER`);
    await reservas.database.query(
      `UPDATE eventos SET ocorrido_em = now() - interval '31 days' WHERE fluxo = $1 AND versao = 3`,
      [`reserva/${reserva.id}`],
    );
    await reservas.database.query(`ALTER TABLE eventos ENABLE TRIGGER USER`);
    expect(await evento()).toBeUndefined();
  });

  it('é o mesmo até o byte enquanto nada muda, e o ETag poupa a leitura', async () => {
    const { body: calendario } = await criar(ana);
    await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(dia, 10));
    const primeira = await ler(calendario.caminho);
    expect(primeira.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(primeira.headers.get('cache-control')).toBe('private, no-cache');
    const etag = primeira.headers.get('etag') ?? '';
    const segunda = await ler(calendario.caminho, { 'if-none-match': `"outro", W/${etag}` });
    expect([segunda.status, segunda.headers.get('etag')]).toEqual([304, etag]);
    await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(dia, 12));
    const terceira = await ler(calendario.caminho, { 'if-none-match': etag });
    expect([terceira.status, terceira.headers.get('etag') === etag]).toEqual([200, false]);
  });

  it('tem só as próprias reservas, dos últimos noventa dias em diante', async () => {
    const { body: calendario } = await criar(ana);
    await reservas.reservar(await reservas.pessoa(), reservas.espaco('Sala Ipê'), reservas.periodo(dia, 10));
    const { body: antiga } = await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(dia, 12));
    const { body: recente } = await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(dia, 14));
    for (const [id, dias] of [
      [antiga.id, 91],
      [recente.id, 89],
    ] as const)
      await reservas.database.query(
        `UPDATE reservas SET inicio = now() - make_interval(days => $2), fim = now() - make_interval(days => $2) + interval '1 hour' WHERE id = $1`,
        [id, dias],
      );
    expect(eventosDe((await ler(calendario.caminho)).body).map(({ uid }) => uid)).toEqual([
      `${recente.id}@plataforma-de-reservas`,
    ]);
  });

  it.each([
    ['America/Sao_Paulo, a meia-noite que não existiu', '2018-11-04T03:00:00.000Z', '2018-11-04T05:00:00.000Z'],
    ['America/New_York, a hora que se perde', '2027-03-14T06:30:00.000Z', '2027-03-14T07:30:00.000Z'],
    ['America/New_York, a segunda das horas que se repetem', '2027-11-07T06:15:00.000Z', '2027-11-07T07:15:00.000Z'],
    ['Europe/Lisbon, a hora que se repete', '2027-10-31T00:30:00.000Z', '2027-10-31T02:30:00.000Z'],
    ['Australia/Lord_Howe, a meia hora', '2027-04-03T14:45:00.000Z', '2027-04-03T15:45:00.000Z'],
    ['Asia/Kathmandu, quarto de hora', '2027-11-24T03:15:00.000Z', '2027-11-24T04:15:00.000Z'],
  ])('%s: os dois leitores chegam ao mesmo instante', async (_nome, inicio, fim) => {
    const reserva = {
      id: randomUUID(),
      status: 'CONFIRMADA',
      versao: 2,
      inicio: new Date(inicio),
      fim: new Date(fim),
      criadaEm: new Date(inicio),
      alteradaEm: new Date(inicio),
      espaco: 'Sala',
      local: 'Sala',
      valorCentavos: 1_000,
    };
    expect(eventosDe(await feedIcal('Reservas', [reserva], 'USUARIO'))).toMatchObject([{ inicio, fim, sequence: 2 }]);
  });

  it('obedece à forma: CRLF, linhas de até 75 octetos, texto escapado', async () => {
    const { body: calendario } = await criar(ana);
    const nome = 'Sala; com, vírgula\\barra e um nome comprido como só a administração às vezes dá às suas áreas';
    await reservas.database.query(`UPDATE espacos SET nome = $1 WHERE nome = 'Sala Guanabara'`, [nome]);
    await reservas.reservar(ana, reservas.espaco('Sala Guanabara'), reservas.periodo(dia, 10));
    const { body: texto } = await ler(calendario.caminho);
    expect(texto.endsWith('END:VCALENDAR\r\n')).toBe(true);
    const linhas = texto.split('\r\n');
    expect(linhas.join('')).not.toMatch(/[\r\n]/);
    expect(linhas.filter((linha) => Buffer.byteLength(linha) > 75)).toEqual([]);
    expect(eventosDe(texto)[0]?.summary).toBe(`${nome} (à espera de pagamento)`);
    for (const propriedade of ['DTSTAMP', 'LAST-MODIFIED', 'DTSTART', 'DTEND', 'CREATED'])
      expect(texto).toMatch(new RegExp(`\r\n${propriedade}:\\d{8}T\\d{6}Z\r\n`));
  });
});

describe('calendário de um espaço', () => {
  it('é de quem administra e não diz nada de ninguém', async () => {
    const espacoId = reservas.espaco('Sala Jacarandá');
    expect(recusa(await criar(ana, { escopo: 'ESPACO', espacoId }))).toEqual([403, 'auth.sem-permissao']);
    const { status, body: calendario } = await criar(reservas.admin, { escopo: 'ESPACO', espacoId });
    expect([status, calendario.espacoId]).toEqual([201, espacoId]);
    const { body: reserva } = await reservas.reservar(ana, espacoId, reservas.periodo(dia, 10));
    const { body: texto } = await ler(calendario.caminho);
    expect(eventosDe(texto)).toEqual([
      expect.objectContaining({ summary: 'Reservado', status: 'TENTATIVE', inicio: reserva.inicio }),
    ]);
    for (const segredo of [ana.id, 'Valor', 'R$', 'pagamento']) expect(texto).not.toContain(segredo);
    expect(recusa(await criar(reservas.admin, { escopo: 'ESPACO', espacoId: randomUUID() }))).toEqual([
      404,
      'reservas.espaco-inexistente',
    ]);
  });
});

describe('o endereço secreto', () => {
  it('é longo, guardado só como hash, e deixa de existir quando revogado', async () => {
    const { body: calendario } = await criar(ana);
    const [, token = ''] = /feed\/([\w-]{43})\.ics$/.exec(calendario.caminho) ?? [];
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const guardado = await reservas.database.query(`SELECT c::text AS tudo FROM calendarios c WHERE id = $1`, [
      calendario.id,
    ]);
    expect(JSON.stringify(guardado)).not.toContain(token);
    expect((await ler(calendario.caminho)).status).toBe(200);

    const revogar = (pessoa: Pessoa) =>
      reservas.app.send('DELETE', `/v1/calendarios/${calendario.id}`, { token: pessoa.token });
    for (const outra of [await reservas.pessoa(), reservas.admin])
      expect(recusa(await revogar(outra))).toEqual([404, 'reservas.calendario-inexistente']);
    expect((await revogar(ana)).status).toBe(204);
    expect(recusa(await ler(calendario.caminho))).toEqual([404, 'reservas.calendario-inexistente']);
    expect(recusa(await revogar(ana))).toEqual([404, 'reservas.calendario-inexistente']);
  });

  it.each([
    ['lixo.ics', 404, 'reservas.calendario-inexistente'],
    [`${'A'.repeat(43)}.ics`, 404, 'reservas.calendario-inexistente'],
    ['A'.repeat(43), 400, 'requisicao.invalida'],
    [`${'A'.repeat(42)}%00.ics`, 400, 'requisicao.invalida'],
  ])('%s não leva a nada', async (arquivo, status, code) => {
    expect(recusa(await ler(`/v1/calendarios/feed/${arquivo}`))).toEqual([status, code]);
  });

  it('cada pessoa vê os seus, quem administra também os dos espaços, e há um limite', async () => {
    const respostas = await Promise.all(Array.from({ length: 12 }, () => criar(ana)));
    expect(respostas.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 10 }, () => 201), 409, 409]);
    const listar = async (pessoa: Pessoa) =>
      (await reservas.app.get<CalendariosHttp>('/v1/calendarios', { token: pessoa.token })).body.itens;
    expect(await listar(ana)).toHaveLength(10);
    expect(JSON.stringify(await listar(ana))).not.toContain('feed');
    expect(await listar(await reservas.pessoa())).toEqual([]);
    expect((await listar(reservas.admin)).every(({ escopo }) => escopo === 'ESPACO')).toBe(true);
    expect(recusa(await reservas.app.get('/v1/calendarios'))).toEqual([401, 'auth.token-ausente']);
  });
});
