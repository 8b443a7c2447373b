import { Controller, Header } from '@nestjs/common';
import { emPartes, forwardedHeaders, PlatformApi, porUrgencia } from '@plataforma/bff';
import {
  type Cabecalhos,
  operacoesDeAuth,
  operacoesDeNotificacoes,
  operacoesDeReservas,
  type ReservaHttp,
  type ReservaNaTelaHttp,
  telas,
} from '@plataforma/contracts';
import { type Http, Logger, Operacao, type Pedido } from '@plataforma/platform';

const { reservaNaTela, conta, espacoNaTela } = telas;
const SIMILARES = 3;

/** One request per screen: everything at once, and what is missing is said. */
@Controller()
export class TelasController {
  private readonly reservas;
  private readonly espacos;
  private readonly cobrancas;
  private readonly notificacoes;
  private readonly pessoa;
  private readonly avisos;

  constructor(
    api: PlatformApi,
    private readonly logger: Logger,
  ) {
    const { usuarios, minhasSessoes, fatores, meusProvedores, consentimentos } = operacoesDeAuth;
    this.reservas = api.cliente(operacoesDeReservas.reservas);
    this.espacos = api.cliente(operacoesDeReservas.espacos);
    this.cobrancas = api.cobrancasAVista();
    this.notificacoes = api.cliente(operacoesDeNotificacoes.notificacoes);
    this.avisos = api.cliente(operacoesDeNotificacoes.preferencias);
    this.pessoa = api.cliente({ ...usuarios, ...minhasSessoes, ...fatores, ...meusProvedores, ...consentimentos });
  }

  @Header('cache-control', 'private, no-store')
  @Operacao(reservaNaTela)
  async reserva({ parametros }: Pedido<typeof reservaNaTela>, { request }: Http) {
    const cabecalhos = forwardedHeaders(request);
    const { id } = parametros;
    const reserva = this.reservas.byId({ parametros, cabecalhos }).then(({ body }) => body);
    // Nearly every booking is charged under its own id: guessing so asks everybody at once.
    const proprias = this.cobradas(id, cabecalhos);
    const espaco = reserva.then((lida) => this.espaco(lida.espaco.id, cabecalhos));
    const partes = {
      espaco,
      pagamentos: reserva.then(({ cobrancaId }) =>
        cobrancaId === id ? proprias : this.cobradas(cobrancaId, cabecalhos),
      ),
      historico: this.reservas.history({ parametros, cabecalhos }).then(({ body }) => body),
      notificacoes: this.notificacoes
        .listar({ consulta: { reservaId: id }, cabecalhos })
        .then(({ body }) => body.itens),
      similares: reserva.then(async (lida) => this.similares(lida, (await espaco).tipo, cabecalhos)),
    };
    // Whatever becomes of the others, without the booking there is no answer but its error.
    for (const parte of [proprias, ...Object.values(partes)]) parte.catch(() => undefined);
    return { reserva: await reserva, ...(await emPartes(partes, this.logger)) };
  }

  @Header('cache-control', 'private, no-store')
  @Operacao(conta)
  async conta(_pedido: Pedido<typeof conta>, { request }: Http) {
    const cabecalhos = forwardedHeaders(request);
    const pessoa = this.pessoa.eu({ cabecalhos });
    const partes = {
      sessoes: this.pessoa.listarSessoes({ cabecalhos }).then(({ body }) => body),
      fatores: this.pessoa.listarFatores({ cabecalhos }).then(({ body }) => body),
      provedores: this.pessoa.listarProvedores({ cabecalhos }).then(({ body }) => body),
      preferencias: this.avisos.verPreferencias({ cabecalhos }).then(({ body }) => body),
      consentimentos: this.pessoa.listarConsentimentos({ cabecalhos }).then(({ body }) => body),
    };
    for (const parte of Object.values(partes)) parte.catch(() => undefined);
    return { usuario: (await pessoa).body, ...(await emPartes(partes, this.logger)) };
  }

  @Operacao(espacoNaTela)
  async pagina({ parametros, consulta }: Pedido<typeof espacoNaTela>, { request }: Http) {
    const cabecalhos = forwardedHeaders(request);
    const espaco = this.espaco(parametros.id, cabecalhos);
    const partes = {
      disponibilidade: this.espacos
        .availability({ parametros, consulta: { ...consulta, precos: 'sim' }, cabecalhos })
        .then(({ body }) => body),
    };
    partes.disponibilidade.catch(() => undefined);
    return { espaco: await espaco, ...(await emPartes(partes, this.logger, ['disponibilidade'])) };
  }

  private async espaco(id: string, cabecalhos: Cabecalhos) {
    return (await this.espacos.byId({ parametros: { id }, cabecalhos })).body;
  }

  private async cobradas(reservaId: string, cabecalhos: Cabecalhos) {
    return porUrgencia((await this.cobrancas.list({ consulta: { reservaId, limite: 100 }, cabecalhos })).body.itens);
  }

  /** Of the same kind, in the same city, free in the same time; none once that is over. */
  private async similares(
    { espaco, inicio, fim }: ReservaHttp,
    tipo: NonNullable<ReservaNaTelaHttp['espaco']>['tipo'],
    cabecalhos: Cabecalhos,
  ) {
    if (Date.parse(inicio) <= Date.now()) return [];
    const consulta = { cidade: espaco.cidade, tipo, livreDe: inicio, livreAte: fim, limite: SIMILARES + 1 };
    const { itens } = (await this.espacos.list({ consulta, cabecalhos })).body;
    return itens.filter(({ id }) => id !== espaco.id).slice(0, SIMILARES);
  }
}
