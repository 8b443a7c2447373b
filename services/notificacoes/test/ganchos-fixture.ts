import { randomUUID } from 'node:crypto';
import type { EntregaDeGanchoHttp, EntregasDeGanchoHttp, GanchoCriadoHttp, GanchoHttp } from '@plataforma/contracts';
import { eventually, type TestApp, type TestMethod } from '@plataforma/testing';
import { NotificacoesFixture } from './notificacoes-fixture.js';
import { Receptor } from './receptor.js';

export const LOCAIS = { GANCHOS_DESTINOS_LOCAIS: 'true' };
export const TIPO = 'espaco.alterado.v1';

/** notificacoes, somebody who runs the house, and somebody whom it integrates with. */
export class GanchosFixture {
  private constructor(
    readonly notificacoes: NotificacoesFixture,
    readonly receptor: Receptor,
    readonly app: TestApp,
    readonly token: string,
  ) {}

  static async start(
    env: Record<string, string> = { ...LOCAIS, EMAIL_ADMINISTRACAO: 'um@exemplo.com, dois@exemplo.com' },
  ): Promise<GanchosFixture> {
    const [notificacoes, receptor] = await Promise.all([NotificacoesFixture.create(), Receptor.start()]);
    const [app, token] = await Promise.all([
      notificacoes.start(env),
      notificacoes.issuer.token(randomUUID(), ['ADMIN'], { expiresIn: '4m' }),
    ]);
    return new GanchosFixture(notificacoes, receptor, app, token);
  }

  async stop(): Promise<void> {
    await Promise.all([this.notificacoes.stop(), this.receptor.stop()]);
  }

  /** As an admin who has just proved who they are. @throws Error for another status */
  async pede<T>(metodo: TestMethod, caminho: string, status: number, body?: unknown): Promise<T> {
    const token = await this.notificacoes.issuer.token(randomUUID(), ['ADMIN']);
    const answer = await this.app.send<T>(metodo, caminho, { token, ...(body !== undefined && { body }) });
    if (answer.status !== status) throw new Error(`${metodo} ${caminho}: ${answer.status} ${JSON.stringify(answer)}`);
    return answer.body;
  }

  /** A webhook to a path of the receiver's that is its own. */
  async criar(tipos: readonly string[] = [TIPO]): Promise<GanchoCriadoHttp & { readonly caminho: string }> {
    const caminho = `/${randomUUID()}`;
    const gancho = await this.pede<GanchoCriadoHttp>('POST', '/v1/ganchos', 201, {
      url: this.receptor.url(caminho),
      tipos,
    });
    return { ...gancho, caminho };
  }

  /** Nobody's any more, so that the next test may have as many. */
  async removerTodos(): Promise<void> {
    for (const { id } of (await this.pede<{ itens: GanchoHttp[] }>('GET', '/v1/ganchos', 200)).itens)
      await this.pede('DELETE', `/v1/ganchos/${id}`, 204);
  }

  ver(id: string): Promise<GanchoHttp> {
    return this.pede('GET', `/v1/ganchos/${id}`, 200);
  }

  async entregas(id: string, filtro = ''): Promise<EntregasDeGanchoHttp['itens']> {
    return (await this.pede<EntregasDeGanchoHttp>('GET', `/v1/ganchos/${id}/entregas?limite=100${filtro}`, 200)).itens;
  }

  entrega(id: string, entregaId: string): Promise<EntregaDeGanchoHttp> {
    return this.pede('GET', `/v1/ganchos/${id}/entregas/${entregaId}`, 200);
  }

  /** Something of no consequence happens to a space. */
  acontece(espacoId = randomUUID()) {
    return this.notificacoes.broker.publish(
      TIPO,
      { espacoId, versao: 1 },
      { subject: `espaco/${espacoId}`, sequence: '1' },
    );
  }

  /** The one delivery of a webhook, once `condition` holds of it. */
  entregaQue(id: string, condition: (entrega: EntregaDeGanchoHttp) => boolean): Promise<EntregaDeGanchoHttp> {
    return eventually(async () => {
      const [uma] = await this.entregas(id);
      const entrega = uma && (await this.entrega(id, uma.id));
      return entrega && condition(entrega) && entrega;
    });
  }

  /** Nobody delivers to it until `soltar`, as when another process has it. */
  async segurar(id: string): Promise<void> {
    await this.notificacoes.database.query(`UPDATE ganchos SET posse_ate = now() + interval '1 day' WHERE id = $1`, [
      id,
    ]);
  }

  async soltar(id: string): Promise<void> {
    await this.notificacoes.database.query('UPDATE ganchos SET posse_ate = now() WHERE id = $1', [id]);
    await this.notificacoes.database.query(`SELECT pg_notify('ganchos', '')`);
  }

  /** What waits for its time has come to it. */
  async adiantar(id: string): Promise<void> {
    await this.notificacoes.database.query(
      `UPDATE entregas_de_gancho SET proxima_em = now() WHERE gancho_id = $1 AND estado = 'PENDENTE'`,
      [id],
    );
    await this.notificacoes.database.query('UPDATE ganchos SET proxima_em = now() WHERE id = $1', [id]);
    await this.notificacoes.database.query(`SELECT pg_notify('ganchos', '')`);
  }

  /** What administrators are told of it, in the order of the letters. */
  cartas(id: string): Promise<{ tipo: string; email: string }[]> {
    return this.notificacoes.database.query(
      `SELECT tipo, email FROM cartas_de_conta WHERE fato ->> 'ganchoId' = $1 ORDER BY criada_em, email`,
      [id],
    );
  }

  /** As if the webhook had failed since so long ago, and that had been said so long ago. */
  async envelhecer(id: string, horas: { readonly falhando: number; readonly avisado?: number }): Promise<void> {
    await this.notificacoes.database.query(
      `UPDATE ganchos SET falhando_desde = now() - make_interval(hours => $2),
              avisado_em = CASE WHEN $3::int IS NULL THEN avisado_em ELSE now() - make_interval(hours => $3) END WHERE id = $1`,
      [id, horas.falhando, horas.avisado ?? null],
    );
  }
}
