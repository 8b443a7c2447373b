import { Controller } from '@nestjs/common';
import { type EspacoHttp, operacoesDeReservas } from '@plataforma/contracts';
import { type Http, notPermitted, Operacao, type Pedido, Problem, type Usuario, versionOf } from '@plataforma/platform';
import { AdministrarEspacos } from '../application/administrar-espacos.js';
import { ConsultarEspacos } from '../application/consultar-espacos.js';
import { PorQueNao } from '../application/por-que-nao.js';
import { HORA_MS, PeriodoReserva } from '../domain/periodo-reserva.js';

const { espacos } = operacoesDeReservas;
const MAX_DIAS = 92;
const MAX_DIAS_DE_PROCURA = 31;

const administra = (usuario: Usuario | undefined): boolean => usuario?.papeis.includes('ADMIN') ?? false;

/** @throws PeriodoInvalido, Problem 422 for more than `maxDias` */
function periodoDe(de: string, ate: string, maxDias: number): PeriodoReserva {
  const periodo = PeriodoReserva.de(new Date(de), new Date(ate));
  if (periodo.fim - periodo.inicio > maxDias * 24 * HORA_MS)
    throw new Problem(422, 'requisicao.intervalo-grande-demais', `Peça no máximo ${maxDias} dias por vez`);
  return periodo;
}

@Controller()
export class EspacosController {
  constructor(
    private readonly espacos: ConsultarEspacos,
    private readonly porQueNao: PorQueNao,
    private readonly administracao: AdministrarEspacos,
  ) {}

  @Operacao(espacos.list)
  list({ consulta, usuario }: Pedido<typeof espacos.list>) {
    const { situacao = 'PUBLICADO', recursos, livreDe, livreAte, livreMinutos, ...resto } = consulta;
    if (situacao !== 'PUBLICADO' && !administra(usuario)) throw notPermitted();
    const livre =
      livreDe === undefined || livreAte === undefined
        ? undefined
        : { periodo: periodoDe(livreDe, livreAte, MAX_DIAS_DE_PROCURA), minutos: livreMinutos };
    return this.espacos.list({ ...resto, situacao, recursos: recursos?.split(','), livre });
  }

  @Operacao(espacos.create)
  async create({ corpo, usuario }: Pedido<typeof espacos.create>) {
    return this.espacos.byId(await this.administracao.create(corpo, usuario.id), true);
  }

  @Operacao(espacos.byId)
  byId({ parametros, usuario }: Pedido<typeof espacos.byId>) {
    return this.espacos.byId(parametros.id, administra(usuario));
  }

  @Operacao(espacos.replace)
  async replace({ parametros: { id }, corpo, usuario }: Pedido<typeof espacos.replace>, { request }: Http) {
    const versaoLida = versionOf(request.headers['if-match']);
    await this.administracao.replace(id, corpo, { autorId: usuario.id, versaoLida });
    return this.espacos.byId(id, true);
  }

  @Operacao(espacos.publish)
  publish({ parametros, usuario }: Pedido<typeof espacos.publish>, { request }: Http) {
    return this.moveTo(parametros.id, 'PUBLICADO', request.headers['if-match'], usuario);
  }

  @Operacao(espacos.archive)
  archive({ parametros, usuario }: Pedido<typeof espacos.archive>, { request }: Http) {
    return this.moveTo(parametros.id, 'ARQUIVADO', request.headers['if-match'], usuario);
  }

  @Operacao(espacos.versions)
  versions({ parametros, consulta }: Pedido<typeof espacos.versions>) {
    return this.espacos.versions(parametros.id, consulta.cursor, consulta.limite);
  }

  @Operacao(espacos.units)
  units({ parametros }: Pedido<typeof espacos.units>) {
    return this.espacos.units(parametros.id);
  }

  @Operacao(espacos.availability)
  availability({ parametros: { id }, consulta, usuario }: Pedido<typeof espacos.availability>) {
    const { de, ate, duracaoMinutos } = consulta;
    return this.espacos.availability(id, periodoDe(de, ate, MAX_DIAS), duracaoMinutos, administra(usuario));
  }

  @Operacao(espacos.why)
  why({ parametros: { id }, consulta: { inicio, fim, pessoas }, usuario }: Pedido<typeof espacos.why>) {
    return this.porQueNao.explain(id, periodoDe(inicio, fim, MAX_DIAS), pessoas, usuario?.id);
  }

  private async moveTo(id: string, situacao: EspacoHttp['situacao'], ifMatch: string | undefined, usuario: Usuario) {
    const versaoLida = ifMatch === undefined ? undefined : versionOf(ifMatch);
    await this.administracao.moveTo(id, situacao, { autorId: usuario.id, versaoLida });
    return this.espacos.byId(id, true);
  }
}
