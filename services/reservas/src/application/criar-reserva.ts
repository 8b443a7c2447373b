import { randomUUIDv7 } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database, metrics } from '@plataforma/platform';
import { FusoDiferente } from '../domain/errors.js';
import { verificarPeriodo } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';

import { criar, type DadosDaReserva, INEXISTENTE } from '../domain/reserva.js';
import { iniciar } from '../domain/saga-reserva.js';
import { intervalosAbertos } from './abertura.js';
import { EspacoRepository, OcupacaoRepository, ReservaRepository } from './ports.js';
import { type PrecoFechado, Precificacao } from './precificacao.js';
import { ReservaSaga } from './reserva-saga.js';
import { VerificarCotas } from './verificar-cotas.js';

/** Holds a space for a client and starts to charge it. */
export class CriarReserva {
  constructor(
    readonly clienteId: string,
    readonly espacoId: string,
    readonly inicio: Date,
    readonly fim: Date,
    /** The zone that the client believes the space to be in, when it says so. */
    readonly fuso?: string,
    /** The quote whose price it pays, and the coupon. */
    readonly oferta: { readonly cotacaoId?: string | undefined; readonly cupom?: string | undefined } = {},
  ) {}
}

/** Default time that an unpaid booking holds its space, s. */
export class RetencaoPadrao {
  constructor(readonly segundos: number) {}
}

@CommandHandler(CriarReserva)
export class CriarReservaHandler implements ICommandHandler<CriarReserva, string> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly ocupacoes: OcupacaoRepository,
    private readonly reservas: ReservaRepository,
    private readonly saga: ReservaSaga,
    private readonly precificacao: Precificacao,
    private readonly cotas: VerificarCotas,
    private readonly retencaoPadrao: RetencaoPadrao,
  ) {}

  /**
   * @returns the id of the booking
   * @throws the errors of verificarPeriodo, VerificarCotas and Precificacao, EspacoInexistente, EspacoIndisponivel
   */
  async execute(comando: CriarReserva): Promise<string> {
    const periodo = PeriodoReserva.de(comando.inicio, comando.fim);
    return this.database.transaction(async () => {
      const { espaco, agora } = await this.espacos.load(comando.espacoId);
      if (comando.fuso !== undefined && comando.fuso !== espaco.fuso) throw new FusoDiferente(espaco.fuso);
      verificarPeriodo(espaco, periodo, intervalosAbertos(espaco.horarios, espaco.fuso, periodo), agora);

      const id = randomUUIDv7();
      const ocupacao = periodo.comFolgas(espaco.folgaAntesMinutos, espaco.folgaDepoisMinutos);
      const { clienteId } = comando;
      const { unidades, retencoes } = await this.ocupacoes.occupyFor(espaco, ocupacao, id, clienteId);
      await this.cotas.decide(espaco, clienteId, periodo, retencoes);
      const preco = await this.precificacao.fechar(id, { clienteId, espaco, periodo, agora, ...comando.oferta });
      const dados: DadosDaReserva = {
        reservaId: id,
        clienteId,
        espacoId: espaco.id,
        espacoNome: espaco.nome,
        cidade: espaco.cidade,
        inicio: iso(periodo.inicio),
        fim: iso(periodo.fim),
        fuso: espaco.fuso,
        valorCentavos: preco.orcamento.totalCentavos,
        moeda: 'BRL',
      };
      const expiraEm = iso(agora + (espaco.retencaoSegundos ?? this.retencaoPadrao.segundos) * 1000);
      const eventos = criar({
        ...dados,
        unidades,
        ocupacao: { inicio: iso(ocupacao.inicio), fim: iso(ocupacao.fim) },
        expiraEm,
        ...fixado(preco),
      });
      await this.reservas.save(id, 0, INEXISTENTE, eventos);
      await this.saga.begin(id, iniciar(dados, expiraEm));
      this.database.afterCommit(() => metrics.reservasCriadas.inc({ espaco_id: comando.espacoId }));
      return id;
    });
  }
}

/** What the booking keeps of its price, whatever the space says later. */
const fixado = ({ orcamento, espacoVersao, politicaCancelamento, cupom }: PrecoFechado) => ({
  espacoVersao,
  politicaCancelamento: [...politicaCancelamento],
  preco: [...orcamento.linhas],
  ...(cupom && { cupom: cupom.codigo }),
});

const iso = (ms: number): string => new Date(ms).toISOString();
