import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { RepeticaoHttp } from '@plataforma/contracts';
import { Folego, type Usuario } from '@plataforma/platform';
import { verificarAgenda } from '../domain/agenda.js';
import { ErroDeReserva } from '../domain/errors.js';
import { DIA_MS, type Intervalo, PeriodoReserva } from '../domain/periodo-reserva.js';
import { semanasDepois } from '../domain/recorrencia.js';
import { Acessos } from './acessos.js';
import { Agendas } from './agendas.js';
import { ConsultarReserva, ConsultarReservaHandler } from './consultar-reservas.js';
import { EspacoRepository, RestricaoDaPessoa } from './ports.js';
import { iso } from './prazos-de-retencao.js';

/** So many weeks from now are looked at. */
const SEMANAS = 12;
const SEMANA_MS = 7 * DIA_MS;

/** A booking again, on the same day of the week and at the same hour, as soon as that can be had. */
export class RepetirReserva extends Query<RepeticaoHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(RepetirReserva)
export class RepetirReservaHandler implements IQueryHandler<RepetirReserva> {
  constructor(
    private readonly reservas: ConsultarReservaHandler,
    private readonly espacos: EspacoRepository,
    private readonly agendas: Agendas,
    private readonly acessos: Acessos,
    private readonly restricao: RestricaoDaPessoa,
  ) {}

  /** For whoever asks. @throws ReservaInexistente also for somebody else's booking, EspacoInexistente, SemAcessoAoEspaco */
  async execute({ reservaId, usuario }: RepetirReserva): Promise<RepeticaoHttp> {
    const reserva = await this.reservas.execute(new ConsultarReserva(reservaId, usuario));
    const { titulo, nota, pessoas } = reserva;
    const lido = await this.espacos.load(reserva.espaco.id);
    await this.acessos.exigir(lido.espaco, usuario, 'RESERVAR');
    const antes: Intervalo = { inicio: Date.parse(reserva.inicio), fim: Date.parse(reserva.fim) };
    const primeira = Math.max(1, Math.ceil((lido.agora - antes.inicio) / SEMANA_MS));
    const folego = new Folego();
    for (let semana = primeira; semana < primeira + SEMANAS; semana++) {
      const depois = semanasDepois(lido.espaco.fuso, antes, semana);
      if (depois && (await this.podeSer(lido, depois, usuario)))
        return {
          pedido: {
            espacoId: lido.espaco.id,
            inicio: iso(depois.inicio),
            fim: iso(depois.fim),
            ...(titulo !== null && { titulo }),
            ...(nota !== null && { nota }),
            ...(pessoas !== null && pessoas <= lido.espaco.capacidade && { pessoas }),
          },
          semanasDepois: semana,
        };
      await folego.take();
    }
    return { pedido: null, semanasDepois: null };
  }

  private async podeSer(
    lido: Awaited<ReturnType<EspacoRepository['load']>>,
    { inicio, fim }: Intervalo,
    usuario: Usuario,
  ): Promise<boolean> {
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    try {
      verificarAgenda(await this.agendas.inDetail(lido, periodo), periodo);
      await this.restricao.check(lido.espaco, periodo, usuario.id);
      return true;
    } catch (error) {
      if (error instanceof ErroDeReserva) return false;
      throw error;
    }
  }
}
