import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { EspacoHttp, EspacosHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { EspacoInexistente, FavoritosDemais } from '../domain/errors.js';
import { Acessos } from './acessos.js';
import { consultaDeEspacos, cursorDe } from './consultar-espacos.js';
import { EspacoRepository } from './ports.js';

/** More than anybody finds again in a list. */
const MAX_FAVORITOS = 200;

/** Marks a space, or no longer. */
export class MarcarFavorito extends Command<void> {
  constructor(
    readonly espacoId: string,
    readonly usuario: Usuario,
    readonly marcado: boolean,
  ) {
    super();
  }
}

@CommandHandler(MarcarFavorito)
export class MarcarFavoritoHandler implements ICommandHandler<MarcarFavorito> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly acessos: Acessos,
  ) {}

  /** Again changes nothing. @throws EspacoInexistente also for one that they may not see, FavoritosDemais */
  async execute({ espacoId, usuario, marcado }: MarcarFavorito): Promise<void> {
    if (!marcado) {
      await this.database.change('DELETE FROM favoritos WHERE pessoa_id = $1 AND espaco_id = $2', [
        usuario.id,
        espacoId,
      ]);
      return;
    }
    await this.database.transaction(async () => {
      const { espaco } = await this.espacos.load(espacoId);
      await this.acessos.exigir(espaco, usuario, 'VER');
      if (espaco.situacao !== 'PUBLICADO') throw new EspacoInexistente();
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('favoritos ' || $1, 0))`, [usuario.id]);
      await this.database.change(
        'INSERT INTO favoritos (pessoa_id, espaco_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [usuario.id, espacoId],
      );
      const [row] = await this.database.query<{ quantos: number }>(
        'SELECT count(*)::int AS quantos FROM favoritos WHERE pessoa_id = $1',
        [usuario.id],
      );
      if ((row?.quantos ?? 0) > MAX_FAVORITOS) throw new FavoritosDemais(MAX_FAVORITOS);
    });
  }
}

export class ListarFavoritos extends Query<EspacosHttp> {
  constructor(
    readonly pagina: { readonly cursor?: string | undefined; readonly limite: number },
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarFavoritos)
export class ListarFavoritosHandler implements IQueryHandler<ListarFavoritos> {
  constructor(
    private readonly database: Database,
    private readonly acessos: Acessos,
  ) {}

  /** Those that they can still see, by name. @throws Problem 400 for a foreign cursor */
  async execute({ pagina: { cursor, limite }, usuario }: ListarFavoritos): Promise<EspacosHttp> {
    const marcados = await this.database.query<{ id: string }>(
      'SELECT espaco_id AS id FROM favoritos WHERE pessoa_id = $1',
      [usuario.id],
    );
    const filtro = { situacao: 'PUBLICADO', ids: marcados.map(({ id }) => id), limite } as const;
    const vista = await this.acessos.vista(usuario);
    const { sql, parametros } = consultaDeEspacos({ ...filtro, vista }, cursor ?? null, limite + 1);
    const achados = await this.database.query<EspacoHttp>(sql, parametros);
    const itens = achados.slice(0, limite);
    return { itens, proximo: achados.length > limite ? cursorDe(itens.at(-1)) : null };
  }
}
