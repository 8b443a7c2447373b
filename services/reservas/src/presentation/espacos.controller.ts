import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type EspacoHttp, operacoesDeReservas, pode } from '@plataforma/contracts';
import { type Http, notPermitted, Operacao, type Pedido, Problem, type Usuario, versionOf } from '@plataforma/platform';
import { CriarEspaco, MudarSituacaoDoEspaco, SubstituirEspaco } from '../application/administrar-espacos.js';
import {
  ConsultarDisponibilidade,
  ConsultarEspaco,
  ListarEspacos,
  ListarUnidadesDoEspaco,
  ListarVersoesDoEspaco,
} from '../application/consultar-espacos.js';
import { PorQueNao } from '../application/por-que-nao.js';
import { HORA_MS, PeriodoReserva } from '../domain/periodo-reserva.js';

const { espacos } = operacoesDeReservas;
const MAX_DIAS = 92;
const MAX_DIAS_DE_PROCURA = 31;

const administra = (usuario: Usuario | undefined): boolean =>
  usuario !== undefined && pode(usuario, 'espacos.administrar');

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
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(espacos.list)
  list({ consulta, usuario }: Pedido<typeof espacos.list>) {
    const { situacao = 'PUBLICADO', recursos, livreDe, livreAte, livreMinutos, ...resto } = consulta;
    if (situacao !== 'PUBLICADO' && !administra(usuario)) throw notPermitted();
    const livre =
      livreDe === undefined || livreAte === undefined
        ? undefined
        : { periodo: periodoDe(livreDe, livreAte, MAX_DIAS_DE_PROCURA), minutos: livreMinutos };
    return this.queries.execute(new ListarEspacos({ ...resto, situacao, recursos: recursos?.split(','), livre }));
  }

  @Operacao(espacos.create)
  async create({ corpo, usuario }: Pedido<typeof espacos.create>) {
    return this.queries.execute(
      new ConsultarEspaco(await this.commands.execute(new CriarEspaco(corpo, usuario.id)), true),
    );
  }

  @Operacao(espacos.byId)
  byId({ parametros, usuario }: Pedido<typeof espacos.byId>) {
    return this.queries.execute(new ConsultarEspaco(parametros.id, administra(usuario)));
  }

  @Operacao(espacos.replace)
  async replace({ parametros: { id }, corpo, usuario }: Pedido<typeof espacos.replace>, { request }: Http) {
    const versaoLida = versionOf(request.headers['if-match']);
    await this.commands.execute(new SubstituirEspaco(id, corpo, { autorId: usuario.id, versaoLida }));
    return this.queries.execute(new ConsultarEspaco(id, true));
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
    return this.queries.execute(new ListarVersoesDoEspaco(parametros.id, consulta.cursor, consulta.limite));
  }

  @Operacao(espacos.units)
  units({ parametros }: Pedido<typeof espacos.units>) {
    return this.queries.execute(new ListarUnidadesDoEspaco(parametros.id));
  }

  @Operacao(espacos.availability)
  availability({ parametros: { id }, consulta, usuario }: Pedido<typeof espacos.availability>) {
    const { de, ate, duracaoMinutos } = consulta;
    return this.queries.execute(
      new ConsultarDisponibilidade(id, periodoDe(de, ate, MAX_DIAS), duracaoMinutos, administra(usuario)),
    );
  }

  @Operacao(espacos.why)
  why({ parametros: { id }, consulta: { inicio, fim, pessoas }, usuario }: Pedido<typeof espacos.why>) {
    return this.queries.execute(new PorQueNao(id, periodoDe(inicio, fim, MAX_DIAS), pessoas, usuario?.id));
  }

  private async moveTo(id: string, situacao: EspacoHttp['situacao'], ifMatch: string | undefined, usuario: Usuario) {
    const versaoLida = ifMatch === undefined ? undefined : versionOf(ifMatch);
    await this.commands.execute(new MudarSituacaoDoEspaco(id, situacao, { autorId: usuario.id, versaoLida }));
    return this.queries.execute(new ConsultarEspaco(id, true));
  }
}
