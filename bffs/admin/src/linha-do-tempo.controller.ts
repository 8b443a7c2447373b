import { Controller } from '@nestjs/common';
import { emPartes, forwardedHeaders, PlatformApi } from '@plataforma/bff';
import {
  linhaDaReserva,
  marcoLido,
  type MomentoDaLinhaHttp,
  operacoesDeNotificacoes,
  operacoesDePagamentos,
  operacoesDeReservas,
  type ParteDaLinhaHttp,
  type ProximoHttp,
} from '@plataforma/contracts';
import { type Http, Logger, Operacao, type Pedido } from '@plataforma/platform';
import { MensagensMortas } from './mensagens-mortas.js';

/** How many dead letters are looked through for those of one booking. */
const MORTAS = 500;
/** Of a dead letter that does not say since when: as early as a moment can be. */
const SEM_DATA = '2000-01-01';

const chave = ({ em, id }: Pick<MomentoDaLinhaHttp, 'em' | 'id'>): string => `${em}~${id}`;
/** As the services have it: by the millisecond, then by the id's bytes. */
const ordem = (a: MomentoDaLinhaHttp, b: MomentoDaLinhaHttp): number => (chave(a) < chave(b) ? -1 : 1);
/** What can be done at once first, what nobody tries any more last. */
const urgencia = (a: ProximoHttp, b: ProximoHttp): number =>
  Number(a.parado) - Number(b.parado) || (a.em ?? '').localeCompare(b.em ?? '');

/** The line of one booking, out of what each service knows of it. */
@Controller()
export class LinhaDoTempoController {
  private readonly reservas;
  private readonly pagamentos;
  private readonly notificacoes;

  constructor(
    api: PlatformApi,
    private readonly mensagens: MensagensMortas,
    private readonly logger: Logger,
  ) {
    this.reservas = api.cliente(operacoesDeReservas.reservas);
    this.pagamentos = api.cliente(operacoesDePagamentos.pagamentos);
    this.notificacoes = api.cliente(operacoesDeNotificacoes.notificacoes);
  }

  @Operacao(linhaDaReserva)
  async linha({ parametros, consulta }: Pedido<typeof linhaDaReserva>, { request }: Http) {
    const cabecalhos = forwardedHeaders(request);
    const comReserva = { consulta: { ...consulta, reservaId: parametros.id }, cabecalhos };
    const opcionais = {
      pagamentos: this.pagamentos.timeline(comReserva).then(({ body }) => body),
      notificacoes: this.notificacoes.timeline(comReserva).then(({ body }) => body),
      'mensagens-mortas': this.mortas(parametros.id, consulta.cursor),
    };
    // `emPartes` tells of it, unless what is needed fails first.
    for (const parte of Object.values(opcionais)) parte.catch(() => undefined);
    const { body: reservas } = await this.reservas.timeline({ parametros, consulta, cabecalhos });
    const { degradado, ...outras } = await emPartes(opcionais, this.logger);
    const partes = [reservas, ...Object.values(outras).filter((parte) => parte !== null)];
    // Of each so many at most: those of all that come first are among them.
    const todos = partes.flatMap(({ itens }) => itens).toSorted(ordem);
    const itens = todos.slice(0, consulta.limite);
    const ultimo = itens.at(-1);
    const haMais = todos.length > itens.length || partes.some(({ mais }) => mais);
    return {
      itens,
      proximo: haMais && ultimo ? chave(ultimo) : null,
      proximos: partes.flatMap(({ proximos }) => proximos).toSorted(urgencia),
      degradado,
    };
  }

  /** Those whose content names the booking; each waits for somebody of the house. */
  private async mortas(reservaId: string, cursor: string | undefined): Promise<ParteDaLinhaHttp> {
    const marco = marcoLido(cursor);
    const { itens: dela } = await this.mensagens.list(MORTAS, reservaId);
    const momentos = dela
      .map((morta): MomentoDaLinhaHttp => {
        const { id, tipo, fila, causa, tentativas, desde, conteudo } = morta;
        const { correlationid } = (conteudo ?? {}) as { correlationid?: unknown };
        return {
          id,
          em: new Date(desde ?? SEM_DATA).toISOString(),
          origem: 'mensagens-mortas',
          especie: 'MENSAGEM_MORTA',
          tipo,
          dados: { fila, causa, tentativas },
          rastroId: morta.rastroId,
          correlacaoId: typeof correlationid === 'string' ? correlationid : null,
        };
      })
      .filter((momento) => !marco || chave(momento) > marco.join('~'));
    const proximos = dela.map(({ id, fila, tentativas }): ProximoHttp => ({
      origem: 'mensagens-mortas',
      acao: 'reenviar-ou-excluir',
      alvo: `${id} em ${fila}`,
      em: null,
      tentativas,
      parado: true,
    }));
    return { itens: momentos, mais: false, proximos };
  }
}
