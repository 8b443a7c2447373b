import { Controller } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  apresentarDisponibilidade,
  apresentarEspaco,
  apresentarEspacos,
  disponibilidadeMobile,
  espacoMobile,
  espacosMobile,
} from './apresentacao.js';
import { idiomaPreferido } from './idioma.js';

const { espacos } = operacoesDeReservas;
const { etag: _semVersao, ...umEspaco } = espacos.byId;
const listar = {
  ...espacos.list,
  respostas: { 200: espacosMobile },
  problemas: { 403: 'Só quem administra vê o que não está publicado' },
} as const;
const ler = { ...umEspaco, resumo: 'Um espaço', respostas: { 200: espacoMobile } } as const;
const verDisponibilidade = {
  ...espacos.availability,
  respostas: { 200: disponibilidadeMobile },
} as const;

@Controller()
export class EspacosController {
  private readonly espacos;

  constructor(api: PlatformApi) {
    this.espacos = api.cliente(espacos);
  }

  @Operacao(listar)
  async list({ consulta }: Pedido<typeof listar>, { request }: Http) {
    const { body } = await this.espacos.list({ consulta, cabecalhos: forwardedHeaders(request) });
    return apresentarEspacos(body, idiomaPreferido(request.headers['accept-language']));
  }

  @Operacao(ler)
  async byId({ parametros }: Pedido<typeof ler>, { request }: Http) {
    const { body } = await this.espacos.byId({ parametros, cabecalhos: forwardedHeaders(request) });
    return apresentarEspaco(body, idiomaPreferido(request.headers['accept-language']));
  }

  @Operacao(verDisponibilidade)
  async availability({ parametros, consulta }: Pedido<typeof verDisponibilidade>, { request }: Http) {
    const cabecalhos = forwardedHeaders(request);
    return apresentarDisponibilidade((await this.espacos.availability({ parametros, consulta, cabecalhos })).body);
  }
}
