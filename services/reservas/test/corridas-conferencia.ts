import { EVENT_DATA } from '@plataforma/messaging';
import { unir } from '../src/domain/disponibilidade.js';
import { type EventoDaReserva, evoluir, INEXISTENTE, type Reserva } from '../src/domain/reserva.js';
import type { Intervalo } from '../src/domain/periodo-reserva.js';
import { rowOf } from '../src/infrastructure/projecao.js';
import type { Cena } from './corridas-historias.js';
import type { PagamentosEncenado } from './corridas-pagamentos.js';
import type { ReservasFixture } from './reservas-fixture.js';

const MINUTO_MS = 60_000;
const MEIA_HORA_MS = 30 * MINUTO_MS;
const HORA_MS = 60 * MINUTO_MS;
const SEMANA_MS = 7 * 24 * HORA_MS;

interface LinhaDeOcupacao extends Intervalo {
  readonly id: string;
  readonly unidade: string;
  readonly reserva: string | null;
}

interface LinhaDeReserva {
  readonly id: string;
  readonly cliente_id: string;
  readonly espaco_id: string;
  readonly cobranca_id: string;
  readonly status: string;
  readonly inicio: Date;
  readonly fim: Date;
  readonly pago_centavos: string;
  /** Where a booking that waits for the difference in price is to be moved. */
  readonly remarcacao: { readonly novo: { readonly inicio: string; readonly fim: string } } | null;
}

interface Espera extends Intervalo {
  readonly id: string;
  readonly cliente: string;
  readonly espaco: string;
  readonly flexibilidade: number;
}

/** All that was written about some venues, and the events apart from what was made of them. */
interface Registro {
  readonly cenas: readonly Cena[];
  readonly ocupacoes: readonly LinhaDeOcupacao[];
  readonly reservas: readonly LinhaDeReserva[];
  readonly eventos: ReadonlyMap<string, readonly EventoDaReserva[]>;
  /** Units of each space. */
  readonly unidades: ReadonlyMap<string, readonly string[]>;
  readonly esperas: readonly Espera[];
}

const grupos = <T>(itens: readonly T[], chave: (item: T) => string): Map<string, T[]> => {
  const mapa = new Map<string, T[]>();
  for (const item of itens) mapa.set(chave(item), [...(mapa.get(chave(item)) ?? []), item]);
  return mapa;
};
const hora = (ms: number) => new Date(ms).toISOString().slice(5, 16);

async function registrar({ database }: ReservasFixture, cenas: readonly Cena[]): Promise<Registro> {
  const espacos = cenas.flatMap((cena) => cena.espacos.map(({ id }) => id));
  const [unidades, ocupacoes, reservas, esperas] = await Promise.all([
    database.query<{ espaco_id: string; unidade_id: string }>(
      'SELECT espaco_id, unidade_id FROM espaco_unidades WHERE espaco_id = ANY($1)',
      [espacos],
    ),
    database.query<{ id: string; unidade: string; reserva: string | null; inicio: number; fim: number }>(
      `SELECT o.id, unidade_id AS unidade, reserva_id AS reserva,
              extract(epoch FROM lower(periodo))::float8 * 1000 AS inicio, extract(epoch FROM upper(periodo))::float8 * 1000 AS fim
         FROM ocupacoes o WHERE unidade_id IN (SELECT unidade_id FROM espaco_unidades WHERE espaco_id = ANY($1))
        ORDER BY unidade_id, periodo`,
      [espacos],
    ),
    database.query<LinhaDeReserva & Record<string, unknown>>('SELECT * FROM reservas WHERE espaco_id = ANY($1)', [
      espacos,
    ]),
    database.query<{ id: string; cliente: string; espaco: string; inicio: number; fim: number; flexibilidade: number }>(
      `SELECT id, cliente_id AS cliente, espaco_id AS espaco, flexibilidade_minutos AS flexibilidade,
              extract(epoch FROM inicio)::float8 * 1000 AS inicio, extract(epoch FROM fim)::float8 * 1000 AS fim
         FROM fila WHERE situacao = 'ESPERANDO' AND espaco_id = ANY($1)`,
      [espacos],
    ),
  ]);
  const eventos = await database.query<{ fluxo: string; tipo: EventoDaReserva['type']; dados: never }>(
    `SELECT fluxo, tipo, ${EVENT_DATA} FROM eventos e WHERE fluxo = ANY($1) ORDER BY fluxo, versao`,
    [reservas.map(({ id }) => `reserva/${id}`)],
  );
  const porFluxo = grupos(eventos, ({ fluxo }) => fluxo.slice('reserva/'.length));
  return {
    cenas,
    ocupacoes,
    reservas,
    esperas,
    eventos: new Map(
      [...porFluxo].map(([id, linhas]) => [id, linhas.map(({ tipo, dados }) => ({ type: tipo, data: dados }))]),
    ),
    unidades: new Map(
      [...grupos(unidades, ({ espaco_id }) => espaco_id)].map(([id, linhas]) => [
        id,
        linhas.map(({ unidade_id }) => unidade_id),
      ]),
    ),
  };
}

/**
 * What is not as it should be with these venues, now that all is quiet; nothing of it is asked of the database's
 * constraints.
 */
export async function conferir(
  app: ReservasFixture,
  pagamentos: PagamentosEncenado,
  cenas: readonly Cena[],
): Promise<string[]> {
  const registro = await registrar(app, cenas);
  return [
    ...cenas.flatMap(({ escandalos }) => escandalos),
    ...sobreposicoes(registro),
    ...foraDoLugar(registro),
    ...(await malProjetadas(app, registro)),
    ...(await cuponsErrados(app, registro)),
    ...cotasExcedidas(registro),
    ...dinheiroErrado(registro, pagamentos),
    ...promessasQuebradas(registro, pagamentos),
    ...(await semFim(app, registro)),
    ...esperasAtoa(registro, (cena) => !cena.temCota),
  ];
}

/** Who waits although there is time, at venues with quotas: what a quota kept from somebody is offered a little later. */
export const conferirFilaComCotas = async (app: ReservasFixture, cenas: readonly Cena[]): Promise<string[]> =>
  esperasAtoa(await registrar(app, cenas), (cena) => cena.temCota);

/** Of what has been looked at nobody waits any more: the waitlist of the next venues is theirs alone. */
export async function esvaziarFila({ database }: ReservasFixture): Promise<void> {
  await database.query(`UPDATE fila SET situacao = 'DESISTIU' WHERE situacao = 'ESPERANDO'`);
}

function sobreposicoes({ ocupacoes }: Registro): string[] {
  return ocupacoes.flatMap((uma, i) =>
    ocupacoes
      .slice(i + 1)
      .filter((outra) => uma.unidade === outra.unidade && uma.inicio < outra.fim && outra.inicio < uma.fim)
      .map(
        (outra) =>
          `(a) sobrepostas na unidade ${uma.unidade}: ${uma.reserva ?? 'bloqueio'} e ${outra.reserva ?? 'bloqueio'}`,
      ),
  );
}

/** What bookings occupy, against what their events say, stretches that touch counted as one. */
function foraDoLugar({ ocupacoes, eventos }: Registro): string[] {
  const porUnidade = (lugares: readonly { unidade: string; inicio: number; fim: number }[]): string[] =>
    [...grupos(lugares, ({ unidade }) => unidade)]
      .map(
        ([unidade, trechos]) =>
          `${unidade}: ${unir(trechos)
            .map(({ inicio, fim }) => `${hora(inicio)}–${hora(fim)}`)
            .join(', ')}`,
      )
      .sort();
  const ocupado = grupos(
    ocupacoes.filter(({ reserva }) => reserva !== null),
    ({ reserva }) => reserva ?? '',
  );
  return [...eventos].flatMap(([id, historico]) => {
    const devido = porUnidade(devidas(historico));
    const feito = porUnidade(ocupado.get(id) ?? []);
    return devido.join() === feito.join()
      ? []
      : [`(b) a reserva ${id} devia ocupar [${devido.join('; ')}] e ocupa [${feito.join('; ')}]`];
  });
}

function devidas(historico: readonly EventoDaReserva[]): { unidade: string; inicio: number; fim: number }[] {
  let lugares: { readonly unidades: readonly string[]; readonly ocupacao: { inicio: string; fim: string } }[] = [];
  for (const evento of historico)
    switch (evento.type) {
      case 'reserva.criada.v1':
      case 'reserva.remarcada.v1':
        lugares = [evento.data];
        break;
      case 'reserva.remarcacao-pedida.v1':
        lugares = [...lugares, evento.data.novo];
        break;
      case 'reserva.remarcacao-desfeita.v1':
        lugares = lugares.slice(0, 1);
        break;
      case 'reserva.confirmada.v1':
        // Also a booking that had been cancelled: it comes back to where it was.
        lugares = ultimoLugar(historico);
        break;
      case 'reserva.cancelada.v1':
      case 'reserva.nao-compareceu.v1':
        lugares = [];
        break;
      default:
    }
  return lugares.flatMap(({ unidades, ocupacao }) =>
    unidades.map((unidade) => ({ unidade, inicio: Date.parse(ocupacao.inicio), fim: Date.parse(ocupacao.fim) })),
  );
}

/** Of a booking that is being confirmed, which was never moved: where it was made. */
const ultimoLugar = (historico: readonly EventoDaReserva[]) =>
  historico.flatMap((evento) => (evento.type === 'reserva.criada.v1' ? [evento.data] : []));

const dobrada = (historico: readonly EventoDaReserva[]): Reserva => historico.reduce(evoluir, INEXISTENTE);

async function malProjetadas({ database }: ReservasFixture, { reservas, eventos }: Registro): Promise<string[]> {
  const linhas = [...eventos.values()].flatMap((historico) => {
    const reserva = dobrada(historico);
    return reserva.status === 'INEXISTENTE' ? [] : [rowOf(reserva, historico.length)];
  });
  const diferentes = await database.query<{ id: string; campos: string }>(
    `SELECT r.id, (SELECT string_agg(a.key || ': ' || a.value || ' ≠ ' || (to_jsonb(e) -> a.key), ', ')
                     FROM jsonb_each(to_jsonb(r)) a WHERE a.key <> 'criada_em' AND a.value IS DISTINCT FROM to_jsonb(e) -> a.key) AS campos
       FROM reservas r JOIN jsonb_populate_recordset(NULL::reservas, $1::jsonb) e ON e.id = r.id
      WHERE to_jsonb(r) - 'criada_em' IS DISTINCT FROM to_jsonb(e) - 'criada_em'`,
    [JSON.stringify(linhas)],
  );
  return [
    ...diferentes.map(({ id, campos }) => `(c) a reserva ${id} não é o que os seus eventos dizem: ${campos}`),
    ...reservas.filter(({ id }) => !eventos.has(id)).map(({ id }) => `(c) a reserva ${id} não tem eventos`),
  ];
}

async function cuponsErrados({ database }: ReservasFixture, { cenas, eventos, reservas }: Registro): Promise<string[]> {
  const cupons = await database.query<{
    id: string;
    codigo: string;
    usos: number;
    limite_total: number;
    limite_por_pessoa: number | null;
    linhas: string[];
  }>(
    `SELECT c.id, codigo, usos, limite_total, limite_por_pessoa,
            ARRAY(SELECT reserva_id FROM cupom_usos u WHERE u.cupom_id = c.id AND devolvido_em IS NULL ORDER BY 1) AS linhas
       FROM cupons c WHERE id = ANY($1)`,
    [cenas.map(({ cupomId }) => cupomId)],
  );
  return cupons.flatMap(({ codigo, usos, limite_total, limite_por_pessoa, linhas }) => {
    const donas = [...eventos].filter(([, historico]) => seguraCupom(historico, codigo)).map(([id]) => id);
    const porPessoa = grupos(
      reservas.filter(({ id }) => donas.includes(id)),
      ({ cliente_id }) => cliente_id,
    );
    return [
      ...(usos > limite_total ? [`(d) cupom ${codigo}: ${usos} usos de ${limite_total}`] : []),
      ...(usos !== donas.length || donas.sort().join() !== linhas.join()
        ? [`(d) cupom ${codigo}: ${usos} usos contados, ${linhas.length} em linhas, ${donas.length} em reservas`]
        : []),
      ...[...porPessoa.values()]
        .filter(({ length }) => length > (limite_por_pessoa ?? Infinity))
        .map(({ length }) => `(d) cupom ${codigo}: ${length} usos de uma pessoa`),
    ];
  });
}

/** Spent once confirmed, whatever comes after; otherwise given back with the cancellation. */
function seguraCupom(historico: readonly EventoDaReserva[], codigo: string): boolean {
  const reserva = dobrada(historico);
  if (reserva.status === 'INEXISTENTE' || reserva.retencao.cupom !== codigo) return false;
  return reserva.status !== 'CANCELADA' || historico.some(({ type }) => type === 'reserva.confirmada.v1');
}

/** Monday to Sunday in São Paulo; day 0 of the epoch was a Thursday. */
const semana = (instante: Date) => Math.floor((instante.getTime() - 3 * HORA_MS + 3 * 24 * HORA_MS) / SEMANA_MS);

const horasDe = (linhas: readonly Pick<LinhaDeReserva, 'inicio' | 'fim'>[]): number =>
  linhas.reduce((soma, { inicio, fim }) => soma + (fim.getTime() - inicio.getTime()) / HORA_MS, 0);

function cotasExcedidas({ cenas, reservas }: Registro): string[] {
  return cenas.flatMap(({ espacos, historia: { cotaReservasAtivas, cotaHorasSemana } }) => {
    const vivas = reservas.filter(
      ({ espaco_id, status }) => status !== 'CANCELADA' && espacos.some(({ id }) => id === espaco_id),
    );
    const ativas = grupos(vivas, ({ cliente_id, espaco_id }) => `${cliente_id} em ${espaco_id}`);
    const semanas = grupos(
      vivas,
      ({ cliente_id, espaco_id, inicio }) => `${cliente_id} em ${espaco_id} na semana ${semana(inicio)}`,
    );
    return [
      ...[...ativas]
        .filter(([, { length }]) => length > (cotaReservasAtivas ?? Infinity))
        .map(([quem, { length }]) => `(d) ${length} reservas ativas de ${cotaReservasAtivas}: ${quem}`),
      ...[...semanas]
        .filter(([, linhas]) => horasDe(linhas) > (cotaHorasSemana ?? Infinity))
        .map(([quem, linhas]) => `(d) ${horasDe(linhas)} horas de ${cotaHorasSemana}: ${quem}`),
    ];
  });
}

function dinheiroErrado({ reservas }: Registro, pagamentos: PagamentosEncenado): string[] {
  return [...grupos(reservas, ({ cobranca_id }) => cobranca_id)].flatMap(([compra, linhas]) => {
    const creem = linhas.reduce((soma, { pago_centavos }) => soma + Number(pago_centavos), 0);
    const ficou = pagamentos.saldo(compra);
    return creem === ficou
      ? []
      : [
          `(e) de ${compra} as reservas creem pagos ${creem} e há ${ficou}: ${linhas.map(({ status }) => status).join()}`,
        ];
  });
}

/** Paid while it was held, and lost all the same: nobody gave up, and the provider answered. */
function promessasQuebradas({ cenas, reservas, eventos }: Registro, pagamentos: PagamentosEncenado): string[] {
  return reservas
    .filter(
      ({ id, cobranca_id }) =>
        pagamentos.primeiraPaga(cobranca_id) &&
        !cenas.some(({ semResposta }) => semResposta.has(cobranca_id)) &&
        !eventos.get(id)?.some(({ type }) => type === 'reserva.confirmada.v1') &&
        eventos
          .get(id)
          ?.some(({ type, data }) => type === 'reserva.cancelada.v1' && !['CLIENTE', 'ADMIN'].includes(data.motivo)),
    )
    .map(({ id }) => `(g) ${id} foi paga enquanto estava retida, e perdida`);
}

/** Nothing waits for an answer that has been given. */
async function semFim({ database }: ReservasFixture, { reservas }: Registro): Promise<string[]> {
  const paradas = await database.query<{ chave: string; passo: string }>(
    `SELECT chave, estado ->> 'passo' AS passo FROM sagas
      WHERE chave = ANY($1) AND estado ->> 'passo' IN ('CONFERINDO', 'ENCERRANDO_COBRANCA', 'ESTORNANDO')`,
    [reservas.map(({ cobranca_id }) => cobranca_id)],
  );
  return paradas.map(({ chave, passo }) => `(h) a saga ${chave} ficou em ${passo}`);
}

/** Who waits in vain: for time that is free, and that the quotas let them have. */
function esperasAtoa(registro: Registro, conferida: (cena: Cena) => boolean): string[] {
  const { cenas, esperas } = registro;
  return cenas.filter(conferida).flatMap((cena) =>
    esperas
      .filter(({ espaco }) => cena.espacos.some(({ id }) => id === espaco))
      .flatMap((espera) => {
        const inicio = iniciosAceitos(espera).find(
          (comeco) => estaLivre(registro, cena, espera, comeco) && cabeNasCotas(registro, cena, espera, comeco),
        );
        return inicio === undefined ? [] : [`(f) a espera ${espera.id} espera, e ${hora(inicio)} está livre`];
      }),
  );
}

function iniciosAceitos({ inicio, flexibilidade }: Espera): number[] {
  const passos = (2 * flexibilidade * MINUTO_MS) / MEIA_HORA_MS;
  const primeiro = inicio - flexibilidade * MINUTO_MS;
  const todos = Array.from({ length: passos + 1 }, (_, i) => primeiro + i * MEIA_HORA_MS);
  return todos.filter((comeco) => comeco > Date.now());
}

function estaLivre(
  { ocupacoes, unidades }: Registro,
  cena: Cena,
  { espaco, ...espera }: Espera,
  comeco: number,
): boolean {
  const ate = comeco + espera.fim - espera.inicio + cena.historia.folgaDepoisMinutos * MINUTO_MS;
  const livre = (unidade: string) =>
    !ocupacoes.some((outra) => outra.unidade === unidade && outra.inicio < ate && comeco < outra.fim);
  const suas = unidades.get(espaco) ?? [];
  const composto = cena.espacos.some(({ id, partes }) => id === espaco && partes.length > 0);
  return composto ? suas.every(livre) : suas.some(livre);
}

function cabeNasCotas({ reservas }: Registro, cena: Cena, espera: Espera, comeco: number): boolean {
  const { cotaReservasAtivas, cotaHorasSemana } = cena.historia;
  const suas = reservas.filter(
    ({ cliente_id, espaco_id, status }) =>
      cliente_id === espera.cliente && espaco_id === espera.espaco && status !== 'CANCELADA',
  );
  const novos = suas.flatMap(({ remarcacao }) => (remarcacao ? [remarcacao.novo] : []));
  const tempos = [...suas, ...novos.map(({ inicio, fim }) => ({ inicio: new Date(inicio), fim: new Date(fim) }))];
  const naSemana = tempos.filter(({ inicio }) => semana(inicio) === semana(new Date(comeco)));
  const horas = horasDe(naSemana) + (espera.fim - espera.inicio) / HORA_MS;
  return suas.length < (cotaReservasAtivas ?? Infinity) && horas <= (cotaHorasSemana ?? Infinity);
}
