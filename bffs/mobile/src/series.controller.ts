import { Controller } from '@nestjs/common';
import { bodyOf, forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  apresentarSerie,
  apresentarSerieCriada,
  serieCriadaMobile,
  serieMobile,
  seriesMobile,
} from './apresentacao.js';

const { series } = operacoesDeReservas;
const criar = { ...series.create, respostas: { 201: serieCriadaMobile } } as const;
const listar = { ...series.list, respostas: { 200: seriesMobile } } as const;
const ler = { ...series.byId, respostas: { 200: serieMobile } } as const;
const cancelar = { ...series.cancel, respostas: { 200: serieMobile } } as const;
const remarcar = { ...series.move, respostas: { 200: serieMobile } } as const;

@Controller()
export class SeriesController {
  private readonly series;

  constructor(api: PlatformApi) {
    this.series = api.cliente(series);
  }

  @Operacao(criar)
  async create({ corpo }: Pedido<typeof criar>, { request, reply }: Http) {
    const answer = await this.series.create({ corpo, cabecalhos: forwardedHeaders(request) });
    return apresentarSerieCriada(bodyOf(answer, reply));
  }

  @Operacao(listar)
  async list({ consulta }: Pedido<typeof listar>, { request }: Http) {
    const { itens, proximo } = (await this.series.list({ consulta, cabecalhos: forwardedHeaders(request) })).body;
    return { itens: itens.map(apresentarSerie), proximo };
  }

  @Operacao(ler)
  async byId({ parametros }: Pedido<typeof ler>, { request }: Http) {
    return apresentarSerie((await this.series.byId({ parametros, cabecalhos: forwardedHeaders(request) })).body);
  }

  @Operacao(cancelar)
  async cancel({ parametros, corpo }: Pedido<typeof cancelar>, { request, reply }: Http) {
    const answer = await this.series.cancel({ parametros, corpo, cabecalhos: forwardedHeaders(request) });
    return apresentarSerie(bodyOf(answer, reply));
  }

  @Operacao(remarcar)
  async move({ parametros, corpo }: Pedido<typeof remarcar>, { request, reply }: Http) {
    const answer = await this.series.move({ parametros, corpo, cabecalhos: forwardedHeaders(request) });
    return apresentarSerie(bodyOf(answer, reply));
  }
}
