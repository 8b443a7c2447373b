import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  type ChaveDeApiCriada,
  CriarChaveDeApi,
  ListarChavesDeApi,
  RevogarChaveDeApi,
  RotacionarChaveDeApi,
  TrocarChaveDeApi,
} from '../application/chaves-de-api.js';
import { origemDe } from './to-http.js';

const { chavesDeApi } = operacoesDeAuth;
const HORA_MS = 3_600_000;

const criadaToHttp = ({ id, chave, expiraEm }: ChaveDeApiCriada) => ({ id, chave, expiraEm: expiraEm.toISOString() });

@Controller()
export class ChavesDeApiController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(chavesDeApi.criarChave)
  async criarChave({ usuario, corpo }: Pedido<typeof chavesDeApi.criarChave>, { request }: Http) {
    const { nome, escopos, pedidosPorMinuto, validadeDias } = corpo;
    const validadeMs = validadeDias * 24 * HORA_MS;
    return criadaToHttp(
      await this.commands.execute(
        new CriarChaveDeApi(usuario, nome, escopos, pedidosPorMinuto, validadeMs, origemDe(request)),
      ),
    );
  }

  @Operacao(chavesDeApi.listarChaves)
  async listarChaves({ usuario }: Pedido<typeof chavesDeApi.listarChaves>) {
    const chaves = await this.queries.execute(new ListarChavesDeApi(usuario.id));
    return {
      itens: chaves.map(({ criadaEm, expiraEm, usadaEm, escopos, segredos, ...chave }) => ({
        ...chave,
        escopos: [...escopos],
        criadaEm: criadaEm.toISOString(),
        expiraEm: expiraEm.toISOString(),
        usadaEm: usadaEm?.toISOString() ?? null,
        segredos: segredos.map(({ prefixo, criadoEm, valeAte }) => ({
          prefixo,
          criadoEm: criadoEm.toISOString(),
          valeAte: valeAte?.toISOString() ?? null,
        })),
      })),
    };
  }

  @Operacao(chavesDeApi.rotacionarChave)
  async rotacionarChave({ usuario, parametros, corpo }: Pedido<typeof chavesDeApi.rotacionarChave>, { request }: Http) {
    return criadaToHttp(
      await this.commands.execute(
        new RotacionarChaveDeApi(usuario.id, parametros.id, corpo.sobreposicaoHoras * HORA_MS, origemDe(request)),
      ),
    );
  }

  @Operacao(chavesDeApi.revogarChave)
  revogarChave({ usuario, parametros }: Pedido<typeof chavesDeApi.revogarChave>): Promise<void> {
    return this.commands.execute(new RevogarChaveDeApi(usuario.id, parametros.id));
  }

  @Operacao(chavesDeApi.trocarChave)
  async trocarChave({ corpo }: Pedido<typeof chavesDeApi.trocarChave>, { request }: Http) {
    const { escopos, ...token } = await this.commands.execute(new TrocarChaveDeApi(corpo.chave, request.ip));
    return { ...token, escopos: [...escopos] };
  }
}
