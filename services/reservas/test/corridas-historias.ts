import type {
  ReservaHttp,
  SerieCriadaHttp,
  EsperaHttp,
  BloqueioHttp,
  EspacoHttp,
  CupomHttp,
} from '@plataforma/contracts';
import type { TestResponse } from '@plataforma/testing';
import fc from 'fast-check';
import { ReservaSagaRunner } from '../src/application/reserva-saga-runner.js';
import type { PagamentosEncenado } from './corridas-pagamentos.js';
import type { Periodo, Pessoa, ReservasFixture } from './reservas-fixture.js';

const MEIA_HORA_MS = 1_800_000;
const PESSOAS = 3;

/** A stretch of the little calendar that everything happens in. */
const quando = fc.record({
  dia: fc.constantFrom(0, 3, 3, 8),
  meiaHora: fc.nat({ max: 4 }),
  meiasHoras: fc.integer({ min: 1, max: 3 }),
});
type Quando = typeof quando extends fc.Arbitrary<infer T> ? T : never;

/** Who and what an operation is about: an index into what there is when its turn comes. */
const alvo = fc.nat({ max: 30 });
const pessoa = fc.nat({ max: PESSOAS - 1 });
const onde = { espaco: fc.nat({ max: 2 }), quando };
const escopo = fc.constantFrom('ESTA' as const, 'ESTA_E_SEGUINTES' as const, 'TODAS' as const);

const oferta = fc.constantFrom('NADA' as const, 'CUPOM' as const, 'COTACAO' as const, 'COTACAO_COM_CUPOM' as const);
const um = <const T extends string, R extends object>(tipo: T, campos: { [K in keyof R]: fc.Arbitrary<R[K]> }) =>
  fc.record<R>(campos).map((valores): { readonly tipo: T } & R => ({ tipo, ...valores }));

const operacao = fc.oneof(
  { weight: 10, arbitrary: um('criar', { pessoa, ...onde, oferta }) },
  { weight: 12, arbitrary: um('pagar', { alvo }) },
  { weight: 1, arbitrary: um('recusarPagamento', { alvo }) },
  { weight: 1, arbitrary: um('escolherPix', { alvo }) },
  { weight: 1, arbitrary: um('encerrarNoPainel', { alvo }) },
  { weight: 4, arbitrary: um('expirar', { alvo }) },
  { weight: 9, arbitrary: um('mover', { alvo, quando, porAdmin: fc.boolean() }) },
  { weight: 4, arbitrary: um('cancelar', { alvo, porAdmin: fc.boolean() }) },
  { weight: 2, arbitrary: um('bloquear', onde) },
  { weight: 2, arbitrary: um('desbloquear', { alvo }) },
  {
    weight: 3,
    arbitrary: um('criarSerie', {
      pessoa,
      ...onde,
      vezes: fc.integer({ min: 2, max: 3 }),
      modo: fc.constantFrom('TUDO_OU_NADA' as const, 'PULAR_CONFLITOS' as const),
      cobranca: fc.constantFrom('SERIE' as const, 'OCORRENCIA' as const),
    }),
  },
  { weight: 1, arbitrary: um('cancelarSerie', { alvo, escopo }) },
  { weight: 3, arbitrary: um('moverSerie', { alvo, escopo, quando }) },
  { weight: 4, arbitrary: um('esperar', { pessoa, ...onde, flexibilidade: fc.constantFrom(0, 30, 60) }) },
  { weight: 1, arbitrary: um('desistir', { alvo }) },
  { weight: 2, arbitrary: um('responder', { alvo, aprovada: fc.boolean() }) },
  { weight: 1, arbitrary: um('fazerCheckin', { alvo }) },
  { weight: 1, arbitrary: um('devolverPorFora', { alvo, fracao: fc.constantFrom(0.25, 1) }) },
);
type Operacao = typeof operacao extends fc.Arbitrary<infer T> ? T : never;

/** One venue, its rules, and what is done to it: each batch at the same time, then what pagamentos has to say. */
export const historia = fc.record({
  forma: fc.constantFrom('UNICA' as const, 'TRES_IGUAIS' as const, 'SALAO' as const),
  folgaDepoisMinutos: fc.constantFrom(0, 0, 30),
  requerAprovacao: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  sinalPercentual: fc.constantFrom(null, null, 30),
  cotaReservasAtivas: fc.constantFrom(null, null, 2),
  cotaHorasSemana: fc.constantFrom(null, null, 2),
  cupom: fc.record({
    percentual: fc.constantFrom(10, 100),
    limiteTotal: fc.constantFrom(1, 2),
    limitePorPessoa: fc.constantFrom(null, 1),
  }),
  lotes: fc.array(
    fc.record({
      operacoes: fc.array(operacao, { minLength: 2, maxLength: 6, size: 'max' }),
      entrega: fc.record({ atrasa: fc.boolean(), repete: fc.boolean(), ordem: fc.nat({ max: 20 }) }),
    }),
    { minLength: 4, maxLength: 9, size: 'max' },
  ),
});
export type Historia = typeof historia extends fc.Arbitrary<infer T> ? T : never;

interface Feita {
  readonly id: string;
  readonly dono: Pessoa;
  readonly codigo: string;
}

/** What there is at the beginning of a batch. */
interface Situacao {
  readonly compras: ReadonlySet<string>;
  readonly confirmadas: readonly Feita[];
  readonly pedidos: readonly Feita[];
}

/** A venue while its history happens, and all that the clients have been told of it. */
export class Cena {
  readonly espacos: EspacoHttp[] = [];
  readonly pessoas: Pessoa[] = [];
  /** Answers that no request should ever get. */
  readonly escandalos: string[] = [];
  /** Purchases that the provider was waited for to the end. */
  readonly semResposta = new Set<string>();
  private cupom: CupomHttp | undefined;
  private readonly reservas: Feita[] = [];
  private readonly series: { readonly id: string; readonly dono: Pessoa; readonly reservas: readonly string[] }[] = [];
  private readonly esperas: { readonly id: string; readonly dono: Pessoa }[] = [];
  private readonly bloqueios: BloqueioHttp[] = [];
  private readonly inicio = (Math.floor((Date.now() + 180_000) / MEIA_HORA_MS) + 1) * MEIA_HORA_MS;

  private constructor(
    private readonly reservasApp: ReservasFixture,
    private readonly pagamentos: PagamentosEncenado,
    readonly historia: Historia,
  ) {}

  static async montar(app: ReservasFixture, pagamentos: PagamentosEncenado, historia: Historia): Promise<Cena> {
    const cena = new Cena(app, pagamentos, historia);
    await cena.preparar();
    return cena;
  }

  get cupomId(): string {
    return this.cupom?.id ?? '';
  }

  async executar(lote: number): Promise<void> {
    const { operacoes } = this.historia.lotes[lote] ?? { operacoes: [] };
    await this.conhecerOfertas();
    const situacao = await this.situacao();
    this.pagamentos.abrirCobrancas();
    await Promise.all(operacoes.map((operacao) => this.fazer(operacao, situacao)));
  }

  private async preparar(): Promise<void> {
    const { forma, cupom, lotes: _, ...regras } = this.historia;
    const comum = {
      ...regras,
      horarios: [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' })),
      saldoHorasAntes: 12,
      duracaoMaximaMinutos: 120,
      politicaCancelamento: [
        { horasAntes: 48, percentual: 100 },
        { horasAntes: 12, percentual: 50 },
      ],
    };
    this.pessoas.push(...(await this.reservasApp.pessoas(PESSOAS)));
    this.cupom = await this.reservasApp.cupom({
      ...cupom,
      desconto: { tipo: 'PERCENTUAL', percentual: cupom.percentual },
      percentual: undefined,
    });
    const publicado = (campos: Record<string, unknown>) => this.reservasApp.publicado(campos);
    if (forma !== 'SALAO') {
      this.espacos.push(await publicado({ ...comum, quantidadeUnidades: forma === 'UNICA' ? 1 : 3 }));
      return;
    }
    this.espacos.push(await publicado(comum), await publicado(comum));
    this.espacos.push(await publicado({ ...comum, partes: this.espacos.map(({ id }) => id) }));
  }

  /** Holds that the waitlist made are bookings like any other. */
  private async conhecerOfertas(): Promise<void> {
    const conhecidas = this.reservas.map(({ id }) => id);
    const novas = await this.reservasApp.database.query<{ id: string; cliente_id: string; codigo: string }>(
      `SELECT r.id, r.cliente_id, r.checkin ->> 'codigo' AS codigo FROM reservas r JOIN fila f ON f.reserva_id = r.id
        WHERE r.espaco_id = ANY($1) AND r.id <> ALL($2) ORDER BY r.id`,
      [this.espacos.map(({ id }) => id), conhecidas],
    );
    for (const { id, cliente_id, codigo } of novas) {
      const dono = this.pessoas.find((outra) => outra.id === cliente_id);
      if (dono) this.reservas.push({ id, dono, codigo });
    }
  }

  /** What is charged here (bookings, and series), and which bookings could be moved and which wait for approval. */
  private async situacao(): Promise<Situacao> {
    const linhas = await this.reservasApp.database.query<{ id: string; cobranca_id: string; status: string }>(
      'SELECT id, cobranca_id, status FROM reservas WHERE espaco_id = ANY($1)',
      [this.espacos.map(({ id }) => id)],
    );
    const com = (status: string) => {
      const ids = new Set(linhas.filter((linha) => linha.status === status).map(({ id }) => id));
      const delas = this.reservas.filter(({ id }) => ids.has(id));
      // Of what cannot be done something is asked too.
      return delas.length > 0 ? delas : this.reservas;
    };
    return {
      compras: new Set(linhas.map(({ cobranca_id }) => cobranca_id)),
      confirmadas: com('CONFIRMADA'),
      pedidos: com('PENDENTE_APROVACAO'),
    };
  }

  private periodo({ dia, meiaHora, meiasHoras }: Quando): Periodo {
    const inicio = this.inicio + dia * 24 * 2 * MEIA_HORA_MS + meiaHora * MEIA_HORA_MS;
    return { inicio: new Date(inicio).toISOString(), fim: new Date(inicio + meiasHoras * MEIA_HORA_MS).toISOString() };
  }

  private async fazer(operacao: Operacao, { compras, confirmadas, pedidos }: Situacao): Promise<void> {
    switch (operacao.tipo) {
      case 'criar':
        return this.criar(operacao);
      case 'criarSerie':
        return this.criarSerie(operacao);
      case 'pagar':
        return escolher(this.pagamentos.abertas(compras), operacao.alvo, (uma) => this.pagamentos.pagar(uma));
      case 'recusarPagamento':
        return escolher(this.pagamentos.abertas(compras), operacao.alvo, (uma) => this.pagamentos.recusar(uma));
      case 'escolherPix':
        return escolher(this.pagamentos.abertas(compras), operacao.alvo, (uma) => this.pagamentos.processar(uma));
      case 'encerrarNoPainel':
        return escolher(this.pagamentos.abertas(compras), operacao.alvo, (uma) =>
          this.pagamentos.encerrarNoPainel(uma),
        );
      case 'devolverPorFora':
        return escolher(this.pagamentos.pagas(compras), operacao.alvo, (uma) =>
          this.pagamentos.devolverPorFora(uma, operacao.fracao),
        );
      case 'expirar':
        return escolher([...compras].sort(), operacao.alvo, (compra) => this.expirar(compra));
      case 'mover':
        return escolher(confirmadas, operacao.alvo, ({ id, dono }) => {
          // Limits are for clients; admins may go beyond them, and then there is nothing to be checked.
          const quem = operacao.porAdmin && !this.temCota ? this.reservasApp.admin : dono;
          return this.pedir('POST', `/v1/reservas/${id}/remarcacao`, quem, this.periodo(operacao.quando));
        });
      case 'cancelar':
        return escolher(this.reservas, operacao.alvo, ({ id, dono }) =>
          this.pedir('POST', `/v1/reservas/${id}/cancelamento`, operacao.porAdmin ? this.reservasApp.admin : dono),
        );
      case 'responder':
        return escolher(pedidos, operacao.alvo, ({ id }) =>
          this.pedir('POST', `/v1/reservas/${id}/aprovacao`, this.reservasApp.admin, {
            aprovada: operacao.aprovada,
            ...(!operacao.aprovada && { justificativa: 'Hoje não' }),
          }),
        );
      case 'fazerCheckin':
        return escolher(this.reservas, operacao.alvo, ({ id, dono, codigo }) =>
          this.pedir('POST', `/v1/reservas/${id}/checkin`, dono, { codigo }),
        );
      case 'cancelarSerie':
        return escolher(this.series, operacao.alvo, ({ id, dono, reservas }) =>
          this.pedir('POST', `/v1/series/${id}/cancelamento`, dono, {
            escopo: operacao.escopo,
            reservaId: reservas[operacao.alvo % reservas.length],
          }),
        );
      case 'moverSerie':
        return escolher(this.series, operacao.alvo, ({ id, dono, reservas }) =>
          this.pedir('POST', `/v1/series/${id}/remarcacao`, dono, {
            escopo: operacao.escopo,
            reservaId: reservas[operacao.alvo % reservas.length],
            ...this.periodo(operacao.quando),
          }),
        );
      case 'bloquear': {
        const { body, status } = await this.pedir<BloqueioHttp>(
          'POST',
          `/v1/espacos/${this.espaco(operacao.espaco).id}/bloqueios`,
          this.reservasApp.admin,
          { ...this.periodo(operacao.quando), motivo: 'Manutenção' },
        );
        if (status === 201) this.bloqueios.push(body);
        return;
      }
      case 'desbloquear':
        return escolher(this.bloqueios, operacao.alvo, ({ id, espacoId }) =>
          this.pedir('DELETE', `/v1/espacos/${espacoId}/bloqueios/${id}`, this.reservasApp.admin),
        );
      case 'esperar':
        return this.esperar(operacao);
      case 'desistir':
        return escolher(this.esperas, operacao.alvo, ({ id, dono }) => this.pedir('DELETE', `/v1/fila/${id}`, dono));
    }
  }

  get temCota(): boolean {
    return this.historia.cotaHorasSemana !== null || this.historia.cotaReservasAtivas !== null;
  }

  private espaco(indice: number): EspacoHttp {
    const espaco = this.espacos[indice % this.espacos.length];
    if (!espaco) throw new Error('cena sem espaços');
    return espaco;
  }

  private quem(indice: number): Pessoa {
    const quem = this.pessoas[indice];
    if (!quem) throw new Error('cena sem pessoas');
    return quem;
  }

  private async criar(operacao: Extract<Operacao, { tipo: 'criar' }>): Promise<void> {
    const dono = this.quem(operacao.pessoa);
    const pedido = { espacoId: this.espaco(operacao.espaco).id, ...this.periodo(operacao.quando) };
    const cupom = operacao.oferta.endsWith('CUPOM') ? { cupom: this.cupom?.codigo } : {};
    let oferta: { cupom?: string | undefined; cotacaoId?: string } = cupom;
    if (operacao.oferta.startsWith('COTACAO')) {
      const cotacao = await this.pedir<{ id: string }>('POST', '/v1/cotacoes', dono, { ...pedido, ...cupom });
      if (cotacao.status !== 201) return;
      oferta = { cotacaoId: cotacao.body.id };
    }
    const { status, body } = await this.pedir<ReservaHttp>('POST', '/v1/reservas', dono, { ...pedido, ...oferta });
    if (status === 201) this.reservas.push({ id: body.id, dono, codigo: body.checkin?.codigo ?? '' });
  }

  private async criarSerie({
    pessoa,
    espaco,
    quando,
    vezes,
    modo,
    cobranca,
  }: Extract<Operacao, { tipo: 'criarSerie' }>) {
    const dono = this.quem(pessoa);
    const { status, body } = await this.pedir<SerieCriadaHttp>('POST', '/v1/series', dono, {
      espacoId: this.espaco(espaco).id,
      ...this.periodo(quando),
      regra: `FREQ=DAILY;COUNT=${vezes}`,
      modo,
      cobranca,
    });
    if (status !== 201) return;
    const { id, reservas } = body.serie;
    this.series.push({ id, dono, reservas });
    this.reservas.push(...reservas.map((reserva) => ({ id: reserva, dono, codigo: 'NENHUM' })));
  }

  private async esperar({ pessoa, espaco, quando, flexibilidade }: Extract<Operacao, { tipo: 'esperar' }>) {
    const dono = this.quem(pessoa);
    const { status, body } = await this.pedir<EsperaHttp>('POST', '/v1/fila', dono, {
      espacoId: this.espaco(espaco).id,
      ...this.periodo(quando),
      flexibilidadeMinutos: flexibilidade,
    });
    if (status === 201) this.esperas.push({ id: body.id, dono });
  }

  /** Whatever the purchase waits for, it has waited long enough. */
  private async expirar(compra: string): Promise<void> {
    const [saga] = await this.reservasApp.database.query<{ passo: string }>(
      `UPDATE sagas SET prazo = now() WHERE chave = $1 AND prazo IS NOT NULL RETURNING estado ->> 'passo' AS passo`,
      [compra],
    );
    if (saga?.passo === 'CONFERINDO') this.semResposta.add(compra);
    this.reservasApp.app.nest.get(ReservaSagaRunner).wake();
  }

  private async pedir<T = unknown>(
    metodo: 'POST' | 'DELETE',
    rota: string,
    { token }: Pessoa,
    body?: unknown,
  ): Promise<TestResponse<T>> {
    const resposta = await this.reservasApp.app.send<T>(metodo, rota, { token, ...(body !== undefined && { body }) });
    // What is refused here breaks a rule of bookings: a request that is not understood is the test's own fault.
    const code = (resposta.body as { code?: string } | undefined)?.code ?? '';
    if (resposta.status >= 400 && (resposta.status >= 500 || !/^(reservas|concorrencia)\./.test(code)))
      this.escandalos.push(`${metodo} ${rota} → ${resposta.status} ${JSON.stringify(resposta.body)}`);
    return resposta;
  }
}

async function escolher<T>(itens: readonly T[], alvo: number, fazer: (item: T) => unknown): Promise<void> {
  const item = itens[alvo % itens.length];
  if (item !== undefined) await fazer(item);
}
