import { randomUUIDv7 } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database, metrics } from '@plataforma/platform';
import { FusoDiferente } from '../domain/errors.js';
import { verificarPeriodo } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { precoCentavos } from '../domain/preco.js';
import { criar, type DadosDaReserva, INEXISTENTE } from '../domain/reserva.js';
import { iniciar } from '../domain/saga-reserva.js';
import { intervalosAbertos } from './abertura.js';
import { EspacoRepository, OcupacaoRepository, ReservaRepository } from './ports.js';
import { ReservaSaga } from './reserva-saga.js';

/** Holds a space for a client and starts to charge it. */
export class CriarReserva {
  constructor(
    readonly clienteId: string,
    readonly espacoId: string,
    readonly inicio: Date,
    readonly fim: Date,
    /** The zone that the client believes the space to be in, when it says so. */
    readonly fuso?: string,
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
    private readonly retencaoPadrao: RetencaoPadrao,
  ) {}

  /** @returns the id of the booking @throws the errors of verificarPeriodo, EspacoInexistente, EspacoIndisponivel */
  async execute(comando: CriarReserva): Promise<string> {
    const periodo = PeriodoReserva.de(comando.inicio, comando.fim);
    return this.database.transaction(async () => {
      const { espaco, agora } = await this.espacos.load(comando.espacoId);
      if (comando.fuso !== undefined && comando.fuso !== espaco.fuso) throw new FusoDiferente(espaco.fuso);
      verificarPeriodo(espaco, periodo, intervalosAbertos(espaco, periodo), agora);

      const id = randomUUIDv7();
      const ocupacao = periodo.comFolgas(espaco.folgaAntesMinutos, espaco.folgaDepoisMinutos);
      const unidades = await this.ocupacoes.occupy(espaco, ocupacao, id);
      const dados: DadosDaReserva = {
        reservaId: id,
        clienteId: comando.clienteId,
        espacoId: espaco.id,
        espacoNome: espaco.nome,
        cidade: espaco.cidade,
        inicio: iso(periodo.inicio),
        fim: iso(periodo.fim),
        fuso: espaco.fuso,
        valorCentavos: precoCentavos(espaco.precoHoraCentavos, periodo.minutos),
        moeda: 'BRL',
      };
      const expiraEm = iso(agora + (espaco.retencaoSegundos ?? this.retencaoPadrao.segundos) * 1000);
      const eventos = criar({
        ...dados,
        unidades,
        ocupacao: { inicio: iso(ocupacao.inicio), fim: iso(ocupacao.fim) },
        expiraEm,
        politicaCancelamento: [...espaco.politicaCancelamento],
      });
      await this.reservas.save(id, 0, INEXISTENTE, eventos);
      await this.saga.begin(id, iniciar(dados, expiraEm));
      this.database.afterCommit(() => metrics.reservasCriadas.inc({ espaco_id: comando.espacoId }));
      return id;
    });
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
