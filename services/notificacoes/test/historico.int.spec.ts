import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FiltroDeHistoricoDeAvisosHttp, HistoricoDeAvisosHttp } from '@plataforma/contracts';
import { Database, Logger } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { MongoClient } from 'mongodb';
import { GuardarHistorico } from '../src/application/guardar-historico.js';
import { Historico, type RegistroDeHistorico } from '../src/application/ports-historico.js';
import { MongoHistorico } from '../src/infrastructure/mongo-historico.js';
import { PgFonteDoHistorico, PgHistorico } from '../src/infrastructure/pg-historico.js';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const DIA_MS = 86_400_000;
const DIAS = 60;
/** Of a FerretDB or mongod that whoever runs the tests has started: without one, only PostgreSQL's is tried. */
const MONGODB = process.env['TEST_MONGODB_URL'];

let notificacoes: NotificacoesFixture;
let app: TestApp;
beforeAll(async () => {
  notificacoes = await NotificacoesFixture.create();
  app = await notificacoes.start();
});
afterAll(() => notificacoes.stop());

const registro = (dados: Partial<RegistroDeHistorico> = {}): RegistroDeHistorico => ({
  id: randomUUID(),
  usuarioId: randomUUID(),
  reservaId: randomUUID(),
  tipo: 'RESERVA_CONFIRMADA',
  canal: 'EMAIL',
  estado: 'ENVIADA',
  assunto: 'Reserva confirmada: Sala Ipê',
  motivo: null,
  provedor: 'local',
  referencia: null,
  situacao: null,
  tentativas: 1,
  criadaEm: new Date().toISOString(),
  enviadaEm: new Date().toISOString(),
  ...dados,
});
const ha = (dias: number) => new Date(Date.now() - dias * DIA_MS).toISOString();

const adaptadores: [string, () => Promise<{ historico: Historico; outro: Historico; end: () => Promise<unknown> }>][] =
  [
    [
      'PostgreSQL',
      () => {
        const database = app.nest.get(Database);
        const novo = () => new PgHistorico(database, DIAS);
        return Promise.resolve({ historico: novo(), outro: novo(), end: () => Promise.resolve() });
      },
    ],
    ...(MONGODB === undefined
      ? []
      : [
          [
            'MongoDB',
            () => {
              const url = new URL(MONGODB);
              url.pathname = `/h${randomUUID().replaceAll('-', '').slice(0, 12)}`;
              const [historico, outro] = [new MongoHistorico(url.href, DIAS), new MongoHistorico(url.href, DIAS)];
              const end = async () => {
                const client = new MongoClient(url.href);
                await client.db().dropDatabase();
                await Promise.all([client.close(), historico.onModuleDestroy(), outro.onModuleDestroy()]);
              };
              return Promise.resolve({ historico, outro, end });
            },
          ] as [string, () => Promise<{ historico: Historico; outro: Historico; end: () => Promise<unknown> }>],
        ]),
  ];

describe.each(adaptadores)('O histórico em %s', (_nome, abrir) => {
  let historico: Historico;
  let outro: Historico;
  let end: () => Promise<unknown>;
  beforeAll(async () => ({ historico, outro, end } = await abrir()));
  afterAll(() => end());

  const ler = async (filtro: Partial<FiltroDeHistoricoDeAvisosHttp>) =>
    (await historico.list({ limite: 100, ...filtro })).itens;

  it('dá de volta o que se guardou, cada campo', async () => {
    const cheio = registro({ motivo: 'm', referencia: 'r', situacao: 'ENTREGUE', provedor: 'SendGrid', tentativas: 3 });
    const vazio = registro({
      usuarioId: cheio.usuarioId,
      reservaId: null,
      assunto: null,
      provedor: null,
      enviadaEm: null,
    });
    await historico.save([cheio, vazio]);
    expect(await ler({ usuarioId: cheio.usuarioId ?? '' })).toEqual(
      [cheio, vazio].toSorted((a, b) => `${b.criadaEm}${b.id}`.localeCompare(`${a.criadaEm}${a.id}`)),
    );
  });

  it('o que se guarda de novo é um só, como foi dito por último', async () => {
    const { situacao: _, ...antes } = registro();
    await historico.save([{ ...antes, situacao: null }]);
    // One after the other: whoever has it holds its row meanwhile.
    await outro.save([{ ...antes, situacao: 'ENTREGUE' }]);
    await historico.save([{ ...antes, situacao: 'ENTREGUE' }]);
    expect(await ler({ usuarioId: antes.usuarioId ?? '' })).toEqual([{ ...antes, situacao: 'ENTREGUE' }]);
  });

  it('cada filtro deixa só o que é dele, e as páginas não repetem nem pulam nada, mesmo do mesmo instante', async () => {
    const [usuarioId, reservaId, criadaEm] = [randomUUID(), randomUUID(), ha(10)];
    const seus = Array.from({ length: 7 }, (_, i) =>
      registro({
        usuarioId,
        reservaId: i < 3 ? reservaId : randomUUID(),
        canal: i < 4 ? 'SMS' : 'PUSH',
        tipo: i < 2 ? 'LEMBRETE_1H' : 'RESERVA_CANCELADA',
        estado: i === 0 ? 'FALHOU' : 'SUPERADA',
        criadaEm: i === 6 ? ha(20) : criadaEm,
      }),
    );
    await historico.save([...seus, registro({ criadaEm })]);
    const quantos = async (filtro: Partial<FiltroDeHistoricoDeAvisosHttp>) =>
      (await ler({ usuarioId, ...filtro })).length;
    expect(
      await Promise.all([
        quantos({}),
        quantos({ reservaId }),
        quantos({ canal: 'PUSH' }),
        quantos({ tipo: 'LEMBRETE_1H' }),
        quantos({ estado: 'FALHOU' }),
        quantos({ de: ha(15) }),
        quantos({ ate: ha(15) }),
        quantos({ de: criadaEm, ate: criadaEm }),
        quantos({ canal: 'SMS', tipo: 'RESERVA_CANCELADA', reservaId }),
      ]),
    ).toEqual([7, 3, 3, 2, 1, 6, 1, 0, 1]);
    const paginas: string[][] = [];
    let cursor: string | undefined;
    do {
      const pagina: HistoricoDeAvisosHttp = await historico.list({
        usuarioId,
        limite: 2,
        ...(cursor !== undefined && { cursor }),
      });
      paginas.push(pagina.itens.map(({ id }) => id));
      cursor = pagina.proximo ?? undefined;
    } while (cursor !== undefined);
    expect(paginas.map((pagina) => pagina.length)).toEqual([2, 2, 2, 1]);
    expect(paginas.flat().toSorted()).toEqual(seus.map(({ id }) => id).toSorted());
  });

  it('o que passou do prazo não se vê, e depois não está mais lá; o que está no prazo fica', async () => {
    const usuarioId = randomUUID();
    const [velho, quase, novo] = [DIAS + 40, DIAS + 1, DIAS - 1].map((dias) =>
      registro({ usuarioId, criadaEm: ha(dias) }),
    );
    await historico.save([velho, quase, novo].filter((um) => um !== undefined));
    expect((await ler({ usuarioId })).map(({ id }) => id)).toEqual([novo?.id]);
    await historico.expire();
    await outro.expire();
    expect((await ler({ usuarioId })).map(({ id }) => id)).toEqual([novo?.id]);
    // Whose time is up may be told of again, late.
    await historico.save([velho].filter((um) => um !== undefined));
    expect(await ler({ usuarioId })).toHaveLength(1);
  });
});

describe('O histórico', () => {
  const pedir = async (papel: 'ADMIN' | 'OPERADOR' | 'CLIENTE', consulta: string) =>
    app.get<HistoricoDeAvisosHttp>(`/v1/notificacoes/historico?${consulta}`, {
      token: await notificacoes.issuer.token(randomUUID(), [papel]),
    });

  it('conta do que se enviou, e outra vez quando o provedor diz o que foi dele; a quem administra ou opera', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.criar(caso);
    await notificacoes.confirmar(caso);
    const { itens } = await eventually(async () => {
      const { body } = await pedir('OPERADOR', `reservaId=${caso.reservaId}`);
      return body.itens.length === 1 && body;
    });
    const confirmada = itens.find(({ tipo }) => tipo === 'RESERVA_CONFIRMADA');
    expect(confirmada).toMatchObject({
      usuarioId: caso.clienteId,
      estado: 'ENVIADA',
      assunto: 'Reserva confirmada: Sala Ipê',
      provedor: 'local',
      tentativas: 1,
    });
    expect(JSON.stringify(itens)).not.toMatch(/ana\.souza|Ana Souza/);
    await notificacoes.database.query(`UPDATE entregas SET situacao = 'ENTREGUE', historico_em = NULL WHERE id = $1`, [
      confirmada?.id,
    ]);
    await eventually(async () =>
      (await pedir('ADMIN', `reservaId=${caso.reservaId}`)).body.itens.some(({ situacao }) => situacao === 'ENTREGUE'),
    );
    expect((await pedir('CLIENTE', `reservaId=${caso.reservaId}`)).status).toBe(403);
    expect((await pedir('ADMIN', 'canal=POMBO')).status).toBe(400);
  });

  it('nada guarda de quem foi apagado, venha o apagamento antes, durante ou depois', async () => {
    const pessoas = Array.from({ length: 3 }, novoCaso);
    const guardados: string[] = [];
    const apagadosFora: string[] = [];
    class Fora extends Historico {
      override async save(registros: readonly RegistroDeHistorico[]): Promise<void> {
        guardados.push(...registros.map(({ usuarioId }) => usuarioId ?? ''));
        await Promise.resolve();
      }
      override list(): Promise<HistoricoDeAvisosHttp> {
        return Promise.resolve({ itens: [], proximo: null });
      }
      override erase(quem: readonly string[]): Promise<void> {
        apagadosFora.push(...quem);
        return Promise.resolve();
      }
      override expire(): Promise<void> {
        return Promise.resolve();
      }
    }
    for (const caso of pessoas) {
      await notificacoes.registrar(caso);
      await notificacoes.confirmar(caso);
      await eventually(async () => (await pedir('ADMIN', `usuarioId=${caso.clienteId}`)).body.itens.length === 1);
      await notificacoes.database.query('SELECT apagar_pessoa($1)', [caso.clienteId]);
      // What comes to its end afterwards is nobody's any more.
      await notificacoes.database.query('UPDATE entregas SET historico_em = NULL WHERE usuario_id = $1', [
        caso.clienteId,
      ]);
    }
    const fonte = new PgFonteDoHistorico(app.nest.get(Database));
    await fonte.takeErased((quem) => new Fora().erase(quem));
    await fonte.take(500, (registros) => new Fora().save(registros));
    const apagadas = pessoas.map(({ clienteId }) => clienteId);
    await eventually(async () => {
      const [{ faltam } = { faltam: 1 }] = await notificacoes.database.query<{ faltam: number }>(
        `SELECT (SELECT count(*) FROM historico_a_apagar)::int + (SELECT count(*) FROM entregas
            WHERE usuario_id = ANY($1) AND historico_em IS NULL)::int AS faltam`,
        [apagadas],
      );
      return faltam === 0;
    });
    expect(guardados.filter((um) => apagadas.includes(um))).toEqual([]);
    for (const um of apagadas) expect((await pedir('ADMIN', `usuarioId=${um}`)).body.itens).toEqual([]);
  });

  it('quem apaga espera por quem está guardando, e o que se guardou se apaga depois', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await pedir('ADMIN', `usuarioId=${caso.clienteId}`)).body.itens.length === 1);
    await notificacoes.database.query('UPDATE entregas SET historico_em = NULL WHERE usuario_id = $1', [
      caso.clienteId,
    ]);
    const fonte = new PgFonteDoHistorico(app.nest.get(Database));
    const ordem: string[] = [];
    let apagar: Promise<unknown> = Promise.resolve();
    await fonte.take(500, async (registros) => {
      if (!registros.some(({ usuarioId }) => usuarioId === caso.clienteId)) return;
      apagar = notificacoes.database
        .query('SELECT apagar_pessoa($1)', [caso.clienteId])
        .then(() => ordem.push('apagado'));
      await eventually(
        async () =>
          (await notificacoes.database.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`))
            .length > 0,
      );
      ordem.push('guardado');
    });
    await apagar;
    // Another instance may have taken it before this one: then nobody had to wait.
    expect([['guardado', 'apagado'], []]).toContainEqual(ordem);
  });

  it('longe, não atrasa nenhum aviso: segue-se tentando, e quem pergunta ouve 503', async () => {
    const fora = new MongoHistorico('mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200', 30);
    await expect(fora.list({ limite: 10 })).rejects.toEqual(
      expect.objectContaining({ status: 503, code: 'notificacoes.historico-indisponivel' }),
    );
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).some(({ estado }) => estado === 'ENVIADA'));
    const fonte = new PgFonteDoHistorico(app.nest.get(Database));
    const guardar = new GuardarHistorico(fonte, fora, app.nest.get(Logger));
    guardar.start();
    await eventually(async () => (await pedir('ADMIN', `usuarioId=${caso.clienteId}`)).body.itens.length === 1);
    await guardar.stop();
    await fora.onModuleDestroy();
  });
});
