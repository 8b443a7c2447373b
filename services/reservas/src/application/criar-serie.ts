import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mesmoFuso, type NovaSerieHttp, type OcorrenciaHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { ErroDeReserva, FusoDiferente, PrecoAcimaDoLimite, SerieComConflitos } from '../domain/errors.js';
import { duracaoDe, verificarPeriodo } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { COBRANCA_MAXIMA_CENTAVOS } from '../domain/preco.js';
import { lerRegra, ocorrencias } from '../domain/recorrencia.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { Pedinte } from './pedinte.js';
import { EspacoRepository, SerieRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';
import { type Pedido, type Retida, ReterEspaco } from './reter-espaco.js';

/** Books a space again and again, by a rule. */
export class CriarSerie extends Command<SerieCriada> {
  constructor(
    readonly usuario: Usuario,
    readonly pedido: NovaSerieHttp,
  ) {
    super();
  }
}

export interface SerieCriada {
  readonly serieId: string;
  readonly ocorrencias: OcorrenciaHttp[];
}

@CommandHandler(CriarSerie)
export class CriarSerieHandler implements ICommandHandler<CriarSerie> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly series: SerieRepository,
    private readonly retencoes: ReterEspaco,
    private readonly pedinte: Pedinte,
  ) {}

  /**
   * Every occurrence is checked by the rules of a single booking. Either all are booked, or, with PULAR_CONFLITOS,
   * those that can be. What no occurrence could be booked with is refused before any of them is looked at.
   * @throws the errors of Pedinte, EspacoInexistente, FusoDiferente, DuracaoForaDoPermitido, SerieComConflitos, PrecoAcimaDoLimite, the errors
   * of lerRegra and ocorrencias
   */
  async execute({ usuario, pedido }: CriarSerie): Promise<SerieCriada> {
    const { espacoId, regra, excecoes, modo, cobranca, fuso, titulo, nota, pessoas, paraId } = pedido;
    const lida = lerRegra(regra);
    const primeiro = PeriodoReserva.de(new Date(pedido.inicio), new Date(pedido.fim));
    return this.database.transaction(async () => {
      const { espaco: lido, agora } = await this.espacos.load(espacoId);
      const { espaco, clienteId, ...quem } = await this.pedinte.de(usuario, lido, { titulo, nota, pessoas, paraId });
      if (fuso !== undefined && !mesmoFuso(fuso, espaco.fuso)) throw new FusoDiferente(espaco.fuso);
      duracaoDe(espaco, primeiro);
      const periodos = ocorrencias(lida, espaco.fuso, primeiro, excecoes);
      const serieId = randomUUIDv7();
      await this.series.insert({
        id: serieId,
        clienteId,
        espacoId,
        regra,
        inicio: pedido.inicio,
        fim: pedido.fim,
        fuso: espaco.fuso,
        cobranca,
        excecoes,
      });
      const comum = {
        ...quem,
        clienteId,
        espaco,
        agora,
        serieId,
        cobrancaId: cobranca === 'SERIE' ? serieId : undefined,
      };
      const retidas: Retida[] = [];
      const resultado: OcorrenciaHttp[] = [];
      let primeira: Pedido | undefined;
      for (const { inicio, fim } of periodos) {
        const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
        try {
          const feita = await this.database.savepoint(() => this.reter(comum, periodo));
          primeira ??= feita.pedido;
          retidas.push(feita.retida);
          resultado.push(ocorrencia(periodo, feita.retida.reservaId));
        } catch (error) {
          if (!(error instanceof ErroDeReserva)) throw error;
          resultado.push(ocorrencia(periodo, null, error));
        }
      }
      if (!primeira || (modo === 'TUDO_OU_NADA' && retidas.length < periodos.length))
        // None was reserved: what is told of is what stood in the way.
        throw new SerieComConflitos(resultado.filter((uma) => uma.resultado === 'RECUSADA'));
      if (cobranca === 'SERIE') {
        const total = retidas.reduce((soma, { valorCentavos }) => soma + valorCentavos, 0);
        if (total > COBRANCA_MAXIMA_CENTAVOS) throw new PrecoAcimaDoLimite();
        await this.retencoes.cobrar(primeira, serieId, retidas);
      }
      return { serieId, ocorrencias: resultado };
    });
  }

  private async reter(
    comum: Omit<Pedido, 'periodo'>,
    periodo: PeriodoReserva,
  ): Promise<{ pedido: Pedido; retida: Retida }> {
    const { espaco, agora } = comum;
    verificarPeriodo(espaco, periodo, agora, (janela) => intervalosAbertos(espaco, janela));
    const pedido = { ...comum, periodo };
    const retida = await (pedido.cobrancaId === undefined
      ? this.retencoes.reterECobrar(pedido)
      : this.retencoes.reter(pedido));
    return { pedido, retida };
  }
}

const ocorrencia = (periodo: PeriodoReserva, reservaId: string | null, erro?: ErroDeReserva): OcorrenciaHttp => ({
  inicio: iso(periodo.inicio),
  fim: iso(periodo.fim),
  resultado: erro ? 'RECUSADA' : 'RESERVADA',
  reservaId,
  codigo: erro?.code ?? null,
  motivo: erro?.message ?? null,
});
