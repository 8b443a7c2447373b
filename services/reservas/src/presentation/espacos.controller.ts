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
  ListarVizinhosDoEspaco,
} from '../application/consultar-espacos.js';
import { ExigirGestao } from '../application/exigir-gestao.js';
import { PorQueNao } from '../application/por-que-nao.js';
import { SimularPrecos } from '../application/simular-precos.js';
import { HORA_MS, PeriodoReserva } from '../domain/periodo-reserva.js';

const { espacos } = operacoesDeReservas;
const MAX_DIAS = 92;
const MAX_DIAS_DE_PROCURA = 31;

const administra = (usuario: Usuario | undefined): boolean =>
  usuario !== undefined && pode(usuario, 'espacos.administrar');

/** @throws PeriodoInvalido, Problem 422 for more than `maxDias` */
export function periodoDe(de: string, ate: string, maxDias: number): PeriodoReserva {
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
    return this.queries.execute(
      new ListarEspacos({ ...resto, situacao, recursos: recursos?.split(','), livre }, usuario),
    );
  }

  @Operacao(espacos.create)
  async create({ corpo, usuario }: Pedido<typeof espacos.create>) {
    return this.queries.execute(
      new ConsultarEspaco(await this.commands.execute(new CriarEspaco(corpo, usuario.id)), usuario),
    );
  }

  @Operacao(espacos.byId)
  byId({ parametros, usuario }: Pedido<typeof espacos.byId>) {
    return this.queries.execute(new ConsultarEspaco(parametros.id, usuario));
  }

  @Operacao(espacos.replace)
  async replace({ parametros: { id }, corpo, usuario }: Pedido<typeof espacos.replace>, { request }: Http) {
    await this.commands.execute(new ExigirGestao(id, usuario));
    if (!administra(usuario)) {
      // Whoever administers one space takes no units of others by it.
      const { partes } = await this.queries.execute(new ConsultarEspaco(id, usuario));
      if (partes.toSorted().join() !== corpo.partes.toSorted().join()) throw notPermitted();
    }
    const versaoLida = versionOf(request.headers['if-match']);
    await this.commands.execute(new SubstituirEspaco(id, corpo, { autorId: usuario.id, versaoLida }));
    return this.queries.execute(new ConsultarEspaco(id, usuario));
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
  async versions({ parametros, consulta, usuario }: Pedido<typeof espacos.versions>) {
    await this.commands.execute(new ExigirGestao(parametros.id, usuario));
    return this.queries.execute(new ListarVersoesDoEspaco(parametros.id, consulta.cursor, consulta.limite));
  }

  @Operacao(espacos.simulate)
  simulate({ corpo }: Pedido<typeof espacos.simulate>) {
    return this.queries.execute(new SimularPrecos(corpo));
  }

  @Operacao(espacos.units)
  async units({ parametros, usuario }: Pedido<typeof espacos.units>) {
    await this.commands.execute(new ExigirGestao(parametros.id, usuario));
    return this.queries.execute(new ListarUnidadesDoEspaco(parametros.id));
  }

  @Operacao(espacos.neighbours)
  neighbours({ parametros: { id }, usuario }: Pedido<typeof espacos.neighbours>) {
    return this.queries.execute(new ListarVizinhosDoEspaco(id, usuario));
  }

  @Operacao(espacos.availability)
  availability({ parametros: { id }, consulta, usuario }: Pedido<typeof espacos.availability>) {
    const { de, ate, duracaoMinutos, precos } = consulta;
    return this.queries.execute(
      new ConsultarDisponibilidade(id, periodoDe(de, ate, MAX_DIAS), duracaoMinutos, usuario, precos === 'sim'),
    );
  }

  @Operacao(espacos.why)
  why({ parametros: { id }, consulta: { inicio, fim, pessoas }, usuario }: Pedido<typeof espacos.why>) {
    return this.queries.execute(new PorQueNao(id, periodoDe(inicio, fim, MAX_DIAS), pessoas, usuario));
  }

  private async moveTo(id: string, situacao: EspacoHttp['situacao'], ifMatch: string | undefined, usuario: Usuario) {
    await this.commands.execute(new ExigirGestao(id, usuario));
    const versaoLida = ifMatch === undefined ? undefined : versionOf(ifMatch);
    await this.commands.execute(new MudarSituacaoDoEspaco(id, situacao, { autorId: usuario.id, versaoLida }));
    return this.queries.execute(new ConsultarEspaco(id, usuario));
  }
}
