import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { currentContext, Database, metrics } from '@plataforma/platform';
import { type Claim, Notifier, WorkTable } from '@plataforma/trabalho';
import { type EstornoAFazer, EstornoRepository, type Falha, type NovoEstorno } from '../application/ports.js';
import {
  EstornoAcimaDoCapturado,
  EstornoImpossivel,
  EstornoInexistente,
  EstornoNaoParado,
  PagamentoEmDisputa,
  PagamentoInexistente,
  PagamentoNaoCapturado,
} from '../domain/errors.js';
import {
  type Estorno,
  type EstornoNoProvedor,
  interpretar,
  observarEstorno,
  RECUSAS_ATE_PARAR,
  restante,
} from '../domain/estorno.js';
import {
  estorno as estornoFeito,
  estornoBaixado,
  estornoDevido,
  estornoDevolvido,
  estornoPorFora,
  estornoReduzido,
  type Movimento,
} from '../domain/lancamento.js';
import { recordMovement } from './record-movement.js';
import { EmissorDeRecibos } from './emissor-de-recibos.js';

/** Longer than the calls to the provider may take. */
const LEASE_MS = 40_000;

const BACKOFF = `now() + least(interval '500 milliseconds' * 2 ^ least(tentativas, 12), interval '5 minutes')`;
/** The provider tells by webhook when a pending refund has ended; this is for the webhook that is lost. */
const POLL = `now() + least(interval '30 seconds' * 2 ^ least(tentativas, 7), interval '1 hour')`;

/** The provider refuses all of the charge's refunds while the bank decides, and once it decided against us. */
const WAIT = `now() + interval '1 hour'`;
const WAIT_MS = 3_600_000;

/** From the first try on, at once. Under a key of its own: by that it is known that earlier tries may have had their effect. */
const ANEW = `estado = 'A_FAZER', espera_disputa = false, recusas = 0, tentativas = 0, chave_tentativa = chave_tentativa + 1, proxima_acao_em = now()`;

/** Tried again after a pause, or no more. */
const goesOn = (estado: string, recusas: string): string =>
  `estado = CASE WHEN ${recusas} < ${RECUSAS_ATE_PARAR} THEN ${estado} ELSE 'PARADO' END,
   proxima_acao_em = CASE WHEN ${recusas} < ${RECUSAS_ATE_PARAR} THEN ${BACKOFF} END`;

interface Row {
  id: string;
  cobranca_id: string;
  reserva_id: string;
  valor_centavos: string;
  origem: Estorno['origem'];
  estado: Estorno['estado'];
  intento_id: string;
  provedor_id: string | null;
  chave_tentativa: number;
  tentativas: number;
}

const toEstorno = (row: Omit<Row, 'reserva_id' | 'intento_id' | 'chave_tentativa' | 'tentativas'>): Estorno => ({
  id: row.id,
  cobrancaId: row.cobranca_id,
  valorCentavos: Number(row.valor_centavos),
  origem: row.origem,
  estado: row.estado,
  provedorId: row.provedor_id,
});

/** A charge, locked, with what its refunds and lost disputes leave of it. */
interface CobrancaTravada {
  readonly id: string;
  readonly reservaId: string;
  readonly clienteId: string;
  readonly parcela: number;
  readonly capturadoCentavos: number;
  readonly restanteCentavos: number;
  /** A bank decides, and the provider refunds nothing until it has. */
  readonly emDisputa: boolean;
  /** A bank decided against us, and the provider refunds nothing any more. */
  readonly fechada: boolean;
}

@Injectable()
export class PgEstornoRepository extends EstornoRepository {
  override readonly aFazer: WorkTable<EstornoAFazer>;

  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly recibos: EmissorDeRecibos,
    notifier: Notifier,
  ) {
    super();
    this.aFazer = new WorkTable(database, notifier, {
      name: 'estornos',
      channel: 'estornos',
      table: 'estornos',
      key: ['id'],
      due: 'proxima_acao_em',
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      stuck: `estado = 'PARADO'`,
      returning: `w.*, (SELECT reserva_id FROM cobrancas c WHERE c.id = w.cobranca_id) AS reserva_id,
                  (SELECT provedor_id FROM cobrancas c WHERE c.id = w.cobranca_id) AS intento_id`,
      toItem: (row: Row, attempts) => ({
        ...toEstorno(row),
        reservaId: row.reserva_id,
        intentoId: row.intento_id,
        chaveTentativa: row.chave_tentativa,
        // How often it was tried before.
        tentativas: attempts - 1,
      }),
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 300_000 },
    });
  }

  override async create({ id, reservaId, parcela, valorCentavos, motivo }: NovoEstorno): Promise<void> {
    await this.database.transaction(async () => {
      const cobranca = await this.lock('reserva_id = $1 AND parcela = $2', [reservaId, parcela]);
      if (!cobranca || cobranca.capturadoCentavos === 0) throw new PagamentoNaoCapturado();
      const possivel = Math.min(valorCentavos, cobranca.restanteCentavos);
      await this.insert(cobranca, { id, valorCentavos: possivel, pedido: valorCentavos, motivo, origem: 'RESERVA' });
    });
  }

  override async createByAdmin({
    id,
    cobrancaId,
    valorCentavos,
    motivo,
    autorId,
    porFora,
  }: Parameters<EstornoRepository['createByAdmin']>[0]): Promise<void> {
    await this.database.transaction(async () => {
      const cobranca = await this.lock('id = $1', [cobrancaId]);
      if (!cobranca) throw new PagamentoInexistente();
      if (cobranca.capturadoCentavos === 0) throw new PagamentoNaoCapturado();
      if (cobranca.emDisputa) throw new PagamentoEmDisputa();
      const disponivel = cobranca.restanteCentavos;
      const valor = valorCentavos ?? disponivel;
      if (valor > disponivel || valor === 0) throw new EstornoAcimaDoCapturado(disponivel);
      if (cobranca.fechada && !porFora) throw new EstornoImpossivel(disponivel);
      await this.insert(cobranca, { id, valorCentavos: valor, pedido: valor, motivo, origem: 'ADMIN' });
      if (porFora) await this.paidOutside(cobranca, id, valor);
      await this.database.change(
        `INSERT INTO auditoria_estornos (estorno_id, cobranca_id, autor_id, valor_centavos, motivo, correlacao)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, cobrancaId, autorId, valor, motivo, currentContext()?.correlationId ?? ''],
      );
    });
  }

  /** The charge's row is the lock under which its refunds are counted: always it first, then they. */
  private async lock(condition: string, parameters: unknown[]): Promise<CobrancaTravada | undefined> {
    const [row] = await this.database.query<{
      id: string;
      reserva_id: string;
      cliente_id: string;
      parcela: number;
      estado: string;
      valor_centavos: string;
    }>(
      `SELECT id, reserva_id, cliente_id, parcela, estado, valor_centavos FROM cobrancas WHERE ${condition} FOR UPDATE`,
      parameters,
    );
    if (!row) return undefined;
    const [soma] = await this.database.query<{
      comprometido: string;
      perdido: string;
      em_disputa: boolean;
      fechada: boolean;
    }>(
      `SELECT (SELECT coalesce(sum(valor_centavos), 0) FROM estornos WHERE cobranca_id = $1 AND estado NOT IN ('FALHOU', 'BAIXADO')) AS comprometido,
              (SELECT coalesce(sum(retido_centavos), 0) FROM disputas WHERE cobranca_id = $1 AND situacao = 'PERDIDA') AS perdido,
              EXISTS (SELECT FROM disputas WHERE cobranca_id = $1 AND situacao = 'ABERTA' AND NOT estornavel) AS em_disputa,
              EXISTS (SELECT FROM disputas WHERE cobranca_id = $1 AND situacao = 'PERDIDA' AND NOT estornavel) AS fechada`,
      [row.id],
    );
    const capturadoCentavos = row.estado === 'APROVADA' ? Number(row.valor_centavos) : 0;
    return {
      id: row.id,
      reservaId: row.reserva_id,
      clienteId: row.cliente_id,
      parcela: row.parcela,
      capturadoCentavos,
      restanteCentavos: restante(capturadoCentavos, Number(soma?.comprometido), Number(soma?.perdido)),
      emDisputa: soma?.em_disputa ?? false,
      fechada: soma?.fechada ?? false,
    };
  }

  private async insert(
    cobranca: CobrancaTravada,
    novo: { id: string; valorCentavos: number; pedido: number; motivo: string; origem: Estorno['origem'] },
    provedorId: string | null = null,
  ): Promise<void> {
    const created = await this.database.change(
      `INSERT INTO estornos (id, cobranca_id, valor_centavos, valor_pedido_centavos, motivo, origem, estado, provedor_id)
       VALUES ($1, $2, $3, $4, $5, $6, 'A_FAZER', $7) ON CONFLICT (id) DO NOTHING`,
      [novo.id, cobranca.id, novo.valorCentavos, novo.pedido, novo.motivo, novo.origem, provedorId],
    );
    if (created === 0) return;
    if (novo.valorCentavos === 0) {
      await this.conclude(novo.id, null);
      return this.tell(cobranca, novo.id);
    }
    await this.move(cobranca.id, estornoDevido(novo.id, novo.valorCentavos));
    await this.heedDisputes(cobranca);
    this.aFazer.announce();
  }

  /**
   * Refunds that the provider would refuse because of a dispute wait for its end, stand still once it was lost, and are
   * made when it was won.
   */
  private async heedDisputes({ id, emDisputa, fechada }: CobrancaTravada): Promise<void> {
    if (!emDisputa && !fechada) {
      await this.database.change(
        `UPDATE estornos SET ${ANEW}, ultima_falha = NULL
          WHERE cobranca_id = $1 AND espera_disputa AND estado IN ('A_FAZER', 'PARADO')`,
        [id],
      );
      return this.aFazer.announce();
    }
    await this.database.change(
      `UPDATE estornos SET espera_disputa = true, recusas = 0, estado = CASE WHEN $2 THEN 'A_FAZER' ELSE 'PARADO' END,
              proxima_acao_em = CASE WHEN $2 THEN ${WAIT} END,
              ultima_falha = CASE WHEN $2 THEN 'espera pelo fim da disputa' ELSE 'o provedor não estorna depois de uma disputa perdida' END
        WHERE cobranca_id = $1 AND provedor_id IS NULL AND (estado = 'A_FAZER' OR (espera_disputa AND estado = 'PARADO'))`,
      [id, emDisputa],
    );
  }

  override async save(estorno: Estorno, noProvedor: EstornoNoProvedor): Promise<void> {
    await this.database.transaction(async () => {
      const cobranca = await this.lock('id = $1', [estorno.cobrancaId]);
      if (cobranca) await this.apply(cobranca, estorno.id, noProvedor);
    });
  }

  override async reconcile(cobrancaId: string, noProvedor: readonly EstornoNoProvedor[]): Promise<void> {
    await this.database.transaction(async () => {
      const cobranca = await this.lock('id = $1', [cobrancaId]);
      if (!cobranca) return;
      const nossos = (
        await this.database.query<Row>('SELECT * FROM estornos WHERE cobranca_id = $1', [cobrancaId])
      ).map(toEstorno);
      for (const decisao of interpretar(nossos, noProvedor)) {
        if (decisao.type === 'ANOTAR') await this.apply(cobranca, decisao.estorno.id, decisao.noProvedor);
        else await this.adopt(cobranca, decisao.noProvedor);
      }
      await this.reduce(cobranca);
      await this.heedDisputes(cobranca);
    });
  }

  private async apply(cobranca: CobrancaTravada, id: string, noProvedor: EstornoNoProvedor): Promise<void> {
    const [row] = await this.database.query<Row>('SELECT * FROM estornos WHERE id = $1 FOR UPDATE', [id]);
    // Another try of the same refund was faster.
    if (!row || (row.provedor_id !== null && row.provedor_id !== noProvedor.provedorId)) return;
    const { provedorId, falha, valorCentavos } = noProvedor;
    switch (observarEstorno(toEstorno(row), noProvedor)) {
      case undefined:
        return;
      case 'CONCLUIDO':
        await this.conclude(id, provedorId);
        await this.move(cobranca.id, estornoFeito(provedorId, valorCentavos));
        await this.recibos.ofRefund(id);
        return this.tell(cobranca, id);
      case 'EM_PROCESSAMENTO':
        await this.database.change(
          `UPDATE estornos SET estado = 'EM_PROCESSAMENTO', provedor_id = $2, proxima_acao_em = ${POLL}
            WHERE id = $1`,
          [id, provedorId],
        );
        return;
      case 'DEVOLVIDO':
        await this.move(cobranca.id, estornoDevolvido(provedorId, valorCentavos));
        return this.redo(id, falha ?? 'o banco de quem pagou devolveu o estorno');
      case 'A_REFAZER':
        return this.redo(id, falha ?? 'o provedor não conseguiu estornar');
      case 'FALHOU_DEPOIS':
        await this.move(cobranca.id, estornoDevolvido(provedorId, valorCentavos));
        return this.giveUp(cobranca, id, valorCentavos, falha);
      case 'FALHOU':
        return this.giveUp(cobranca, id, valorCentavos, falha);
    }
  }

  /** A refund that was made without us: at the provider's own desk, or twice. */
  private async adopt(cobranca: CobrancaTravada, noProvedor: EstornoNoProvedor): Promise<void> {
    const { provedorId, valorCentavos } = noProvedor;
    const id = randomUUIDv7();
    await this.insert(
      cobranca,
      { id, valorCentavos, pedido: valorCentavos, motivo: 'Feito no provedor', origem: 'PROVEDOR' },
      provedorId,
    );
    await this.apply(cobranca, id, noProvedor);
  }

  private async giveUp(cobranca: CobrancaTravada, id: string, valorCentavos: number, falha: string | null) {
    await this.database.change(
      `UPDATE estornos SET estado = 'FALHOU', ultima_falha = left($2, 500), proxima_acao_em = NULL
        WHERE id = $1`,
      [id, falha ?? 'o provedor não conseguiu estornar'],
    );
    await this.move(cobranca.id, estornoReduzido(id, 0, valorCentavos));
  }

  /**
   * What was refunded without us, or lost in a dispute, is not there any more for those that are still to be made: they
   * get what remains, the oldest first.
   */
  private async reduce(cobranca: CobrancaTravada): Promise<void> {
    const pendentes = await this.database.query<{ id: string; valor_centavos: string }>(
      `SELECT id, valor_centavos FROM estornos WHERE cobranca_id = $1 AND estado IN ('A_FAZER', 'PARADO') AND provedor_id IS NULL ORDER BY id`,
      [cobranca.id],
    );
    if (pendentes.length === 0) return;
    const [soma] = await this.database.query<{ feito: string; perdido: string }>(
      `SELECT (SELECT coalesce(sum(valor_centavos), 0) FROM estornos
                WHERE cobranca_id = $1 AND (estado IN ('CONCLUIDO', 'EM_PROCESSAMENTO') OR (estado = 'A_FAZER' AND provedor_id IS NOT NULL))) AS feito,
              (SELECT coalesce(sum(retido_centavos), 0) FROM disputas WHERE cobranca_id = $1 AND situacao = 'PERDIDA') AS perdido`,
      [cobranca.id],
    );
    let resta = restante(cobranca.capturadoCentavos, Number(soma?.feito), Number(soma?.perdido));
    for (const pendente of pendentes) {
      const valor = Number(pendente.valor_centavos);
      const possivel = Math.min(valor, resta);
      resta -= possivel;
      if (possivel === valor) continue;
      // Another amount is another request: it goes under another key.
      await this.database.change(
        'UPDATE estornos SET valor_centavos = $2, chave_tentativa = chave_tentativa + 1 WHERE id = $1',
        [pendente.id, possivel],
      );
      await this.move(cobranca.id, estornoReduzido(pendente.id, possivel, valor - possivel));
      if (possivel > 0) continue;
      await this.conclude(pendente.id, null);
      await this.tell(cobranca, pendente.id);
    }
  }

  private move(cobrancaId: string, movimento: Movimento): Promise<void> {
    return recordMovement(this.database, cobrancaId, movimento);
  }

  override async decide({ id, acao, motivo, autorId }: Parameters<EstornoRepository['decide']>[0]): Promise<void> {
    await this.database.transaction(async () => {
      const [found] = await this.database.query<{ cobranca_id: string }>(
        'SELECT cobranca_id FROM estornos WHERE id = $1',
        [id],
      );
      const cobranca = found && (await this.lock('id = $1', [found.cobranca_id]));
      if (!cobranca) throw new EstornoInexistente();
      const [row] = await this.database.query<Row>('SELECT * FROM estornos WHERE id = $1 FOR UPDATE', [id]);
      if (row?.estado !== 'PARADO') throw new EstornoNaoParado(row?.estado ?? 'inexistente');
      const valor = Number(row.valor_centavos);
      await this.database.change(
        `INSERT INTO decisoes_de_estornos (estorno_id, acao, autor_id, valor_centavos, motivo, correlacao)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, acao, autorId, valor, motivo, currentContext()?.correlationId ?? ''],
      );
      switch (acao) {
        case 'TENTAR_DE_NOVO':
          await this.database.change(`UPDATE estornos SET ${ANEW} WHERE id = $1`, [id]);
          return this.aFazer.announce();
        case 'PAGO_POR_FORA':
          return this.paidOutside(cobranca, id, valor);
        case 'BAIXAR':
          await this.database.change(
            `UPDATE estornos SET estado = 'BAIXADO', espera_disputa = false, concluido_em = now(), proxima_acao_em = NULL WHERE id = $1`,
            [id],
          );
          await this.move(cobranca.id, estornoBaixado(id, valor));
          return this.tell(cobranca, id);
      }
    });
  }

  private async paidOutside(cobranca: CobrancaTravada, id: string, valorCentavos: number): Promise<void> {
    await this.conclude(id, null);
    await this.database.change('UPDATE estornos SET por_fora = true, espera_disputa = false WHERE id = $1', [id]);
    await this.move(cobranca.id, estornoPorFora(id, valorCentavos));
    await this.recibos.ofRefund(id);
    await this.tell(cobranca, id);
  }

  private async conclude(id: string, provedorId: string | null): Promise<void> {
    await this.database.change(
      `UPDATE estornos SET estado = 'CONCLUIDO', provedor_id = $2, concluido_em = now(), ultima_falha = NULL,
              proxima_acao_em = NULL WHERE id = $1`,
      [id, provedorId],
    );
  }

  /** Tells of a concluded refund, once in its life. */
  private async tell(
    { id: pagamentoId, reservaId, clienteId, parcela }: CobrancaTravada,
    estornoId: string,
  ): Promise<void> {
    const [told] = await this.database.query<Pick<Row, 'valor_centavos' | 'origem' | 'estado'>>(
      'UPDATE estornos SET contado_em = now() WHERE id = $1 AND contado_em IS NULL RETURNING valor_centavos, origem, estado',
      [estornoId],
    );
    if (!told) return;
    if (told.estado !== 'BAIXADO')
      this.database.afterCommit(() => metrics.estornado.inc({ moeda: 'BRL' }, Number(told.valor_centavos)));
    const [soma] = await this.database.query<{ total: string }>(
      `SELECT coalesce(sum(valor_centavos), 0) AS total FROM estornos WHERE cobranca_id = $1 AND estado = 'CONCLUIDO'`,
      [pagamentoId],
    );
    await this.events.append(`pagamento/${pagamentoId}`, [
      {
        type: 'pagamento.estornado.v1',
        data: {
          pagamentoId,
          reservaId,
          parcela,
          valorCentavos: told.estado === 'BAIXADO' ? 0 : Number(told.valor_centavos),
          moeda: 'BRL',
          estornoId,
          ...(told.estado === 'BAIXADO' && { baixadoCentavos: Number(told.valor_centavos) }),
          totalEstornadoCentavos: Number(soma?.total),
          origem: told.origem,
          clienteId,
        },
      },
    ]);
  }

  override async postpone(posse: Claim, falha: string, { novaChave, recusado }: Falha): Promise<void> {
    await this.aFazer.holding(posse, async () => {
      const [espera] = await this.database.query<{ estado: string }>(
        'SELECT estado FROM estornos WHERE id = $1 AND espera_disputa',
        [...posse.key],
      );
      if (espera) return this.aFazer.postpone(posse, espera.estado === 'A_FAZER' ? WAIT_MS : undefined);
      const [tentado] = await this.database.query<{ estado: string }>(
        // Meanwhile it may have been found done, or under way: then there is nothing to ask for again.
        `UPDATE estornos SET ultima_falha = left($2, 500), recusas = recusas + $4::int,
                chave_tentativa = chave_tentativa + CASE WHEN provedor_id IS NULL THEN $3::int ELSE 0 END,
                estado = CASE WHEN recusas + $4::int < ${RECUSAS_ATE_PARAR} THEN estado ELSE 'PARADO' END
          WHERE id = $1 AND estado IN ('A_FAZER', 'EM_PROCESSAMENTO') RETURNING estado`,
        [...posse.key, falha, Number(novaChave), Number(recusado)],
      );
      return tentado?.estado === 'PARADO' ? this.aFazer.finish({ ...posse, due: null }) : this.aFazer.postpone(posse);
    });
  }

  /** Asks for it again, after the provider's refund has failed. */
  private async redo(id: string, falha: string): Promise<void> {
    await this.database.change(
      `UPDATE estornos SET provedor_id = NULL, concluido_em = NULL, chave_tentativa = chave_tentativa + 1, recusas = recusas + 1,
              devido_em = CASE estado WHEN 'CONCLUIDO' THEN now() ELSE devido_em END,
              ultima_falha = left($2, 500), ${goesOn("'A_FAZER'", 'recusas + 1')} WHERE id = $1`,
      [id, falha],
    );
  }
}
