import { Controller, Header } from '@nestjs/common';
import { bodyOf, DetalharReserva, forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  apresentarCotacao,
  apresentarDetalhe,
  apresentarPrevia,
  apresentarReserva,
  apresentarReservas,
  cotacaoMobile,
  previaMobile,
  reservaDetalhadaMobile,
  reservaMobile,
  reservasMobile,
} from './apresentacao.js';
import { idiomaPreferido } from './idioma.js';

const { cotacoes, reservas } = operacoesDeReservas;
const cotar = { ...cotacoes.create, grupo: 'reservas', respostas: { 201: cotacaoMobile } } as const;
const criar = { ...reservas.create, respostas: { 201: reservaMobile } } as const;
const listar = { ...reservas.list, respostas: { 200: reservasMobile } } as const;
const ler = {
  ...reservas.byId,
  resumo: 'Uma reserva com a sua cobrança',
  respostas: { 200: reservaDetalhadaMobile },
} as const;
const prever = { ...reservas.previewCancellation, respostas: { 200: previaMobile } } as const;
const cancelar = { ...reservas.cancel, respostas: { 200: reservaMobile } } as const;
const remarcar = { ...reservas.move, respostas: { 200: reservaMobile } } as const;
const fazerCheckin = { ...reservas.checkIn, respostas: { 200: reservaMobile } } as const;

const idiomaDe = ({ request }: Http) => idiomaPreferido(request.headers['accept-language']);

@Controller()
export class ReservasController {
  private readonly cotacoes;
  private readonly reservas;

  constructor(
    api: PlatformApi,
    private readonly detalhar: DetalharReserva,
  ) {
    this.cotacoes = api.cliente(cotacoes);
    this.reservas = api.cliente(reservas);
  }

  @Operacao(cotar)
  async quote({ corpo }: Pedido<typeof cotar>, http: Http) {
    const answer = await this.cotacoes.create({ corpo, cabecalhos: forwardedHeaders(http.request) });
    return apresentarCotacao(bodyOf(answer, http.reply), idiomaDe(http));
  }

  @Operacao(criar)
  async create({ corpo }: Pedido<typeof criar>, http: Http) {
    const answer = await this.reservas.create({ corpo, cabecalhos: forwardedHeaders(http.request) });
    return apresentarReserva(bodyOf(answer, http.reply), idiomaDe(http));
  }

  @Operacao(listar)
  async list({ consulta }: Pedido<typeof listar>, http: Http) {
    const { body } = await this.reservas.list({ consulta, cabecalhos: forwardedHeaders(http.request) });
    return apresentarReservas(body, idiomaDe(http));
  }

  @Header('cache-control', 'private, no-store')
  @Operacao(ler)
  async byId({ parametros }: Pedido<typeof ler>, http: Http) {
    const reserva = await this.detalhar.comPagamento(parametros.id, forwardedHeaders(http.request));
    return apresentarDetalhe(reserva, idiomaDe(http));
  }

  @Operacao(prever)
  async previewCancellation({ parametros }: Pedido<typeof prever>, http: Http) {
    const cabecalhos = forwardedHeaders(http.request);
    return apresentarPrevia((await this.reservas.previewCancellation({ parametros, cabecalhos })).body, idiomaDe(http));
  }

  @Operacao(cancelar)
  async cancel({ parametros, corpo }: Pedido<typeof cancelar>, http: Http) {
    const answer = await this.reservas.cancel({ parametros, corpo, cabecalhos: forwardedHeaders(http.request) });
    return apresentarReserva(bodyOf(answer, http.reply), idiomaDe(http));
  }

  @Operacao(remarcar)
  async move({ parametros, corpo }: Pedido<typeof remarcar>, http: Http) {
    const answer = await this.reservas.move({ parametros, corpo, cabecalhos: forwardedHeaders(http.request) });
    return apresentarReserva(bodyOf(answer, http.reply), idiomaDe(http));
  }

  @Operacao(fazerCheckin)
  async checkIn({ parametros, corpo }: Pedido<typeof fazerCheckin>, http: Http) {
    const answer = await this.reservas.checkIn({ parametros, corpo, cabecalhos: forwardedHeaders(http.request) });
    return apresentarReserva(bodyOf(answer, http.reply), idiomaDe(http));
  }
}
