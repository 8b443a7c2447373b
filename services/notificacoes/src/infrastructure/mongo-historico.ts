import type { FiltroDeHistoricoDeAvisosHttp, HistoricoDeAvisosHttp } from '@plataforma/contracts';
import { pageOf, Problem } from '@plataforma/platform';
import { type Collection, type Filter, MongoClient, MongoError } from 'mongodb';
import { Historico, type RegistroDeHistorico } from '../application/ports-historico.js';

interface Documento extends Omit<RegistroDeHistorico, 'id' | 'criadaEm'> {
  readonly _id: string;
  readonly criadaEm: Date;
}

const DIA_MS = 86_400_000;
/** A transaction of the database that it is copied from waits for it meanwhile, ms. */
const ESPERA_MS = 5_000;
/** Of servers that speak MongoDB's protocol and are none. */
const NAO_HA_TTL = 238;
const NAO_HA_COLECAO = 26;

/** The history in MongoDB, which lets go of what is past by itself (TTL). */
export class MongoHistorico extends Historico {
  private readonly client: MongoClient;
  private indexed: Promise<void> | undefined;

  /**
   * Connects when it is first asked: what is away then keeps the service from nothing else.
   * @param url with the name of the database
   * @param dias how long it is kept
   */
  constructor(
    url: string,
    private readonly dias: number,
  ) {
    super();
    this.client = new MongoClient(url, {
      appName: 'notificacoes',
      maxPoolSize: 5,
      serverSelectionTimeoutMS: ESPERA_MS,
      connectTimeoutMS: ESPERA_MS,
      socketTimeoutMS: ESPERA_MS,
      waitQueueTimeoutMS: ESPERA_MS,
    });
  }

  override async save(registros: readonly RegistroDeHistorico[]): Promise<void> {
    const historico = await this.collection();
    await historico.bulkWrite(
      registros.map(({ id, criadaEm, ...registro }) => ({
        replaceOne: { filter: { _id: id }, replacement: { ...registro, criadaEm: new Date(criadaEm) }, upsert: true },
      })),
      { ordered: false },
    );
  }

  override async list({
    cursor,
    limite,
    de,
    ate,
    ...campos
  }: FiltroDeHistoricoDeAvisosHttp): Promise<HistoricoDeAvisosHttp> {
    const [antes, id = ''] = cursor?.split('~') ?? [];
    const desde = Math.max(Date.now() - this.dias * DIA_MS, de === undefined ? 0 : Date.parse(de));
    const filtro: Filter<Documento>[] = [
      { criadaEm: { $gte: new Date(desde) } },
      ...(ate === undefined ? [] : [{ criadaEm: { $lt: new Date(ate) } }]),
      ...(antes === undefined
        ? []
        : [{ $or: [{ criadaEm: { $lt: new Date(antes) } }, { criadaEm: new Date(antes), _id: { $lt: id } }] }]),
      ...Object.entries(campos).map(([campo, valor]) => ({ [campo]: valor })),
    ];
    try {
      const historico = await this.collection();
      const rows = await historico
        .find({ $and: filtro })
        .sort({ criadaEm: -1, _id: -1 })
        .limit(limite + 1)
        .toArray();
      const toRegistro = ({ _id, criadaEm, ...registro }: Documento): RegistroDeHistorico => ({
        id: _id,
        criadaEm: criadaEm.toISOString(),
        ...registro,
      });
      return pageOf(rows, limite, toRegistro, (item) => [item.criadaEm, item.id]);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      throw new Problem(503, 'notificacoes.historico-indisponivel', 'O histórico não responde; tente de novo', {
        headers: { 'retry-after': '5' },
      });
    }
  }

  override async erase(pessoas: readonly string[]): Promise<void> {
    await (await this.collection()).deleteMany({ usuarioId: { $in: [...pessoas] } });
  }

  /** The database's own index does so; where there is none that does, this does it too. */
  override async expire(): Promise<void> {
    await (await this.collection()).deleteMany({ criadaEm: { $lt: new Date(Date.now() - this.dias * DIA_MS) } });
  }

  onModuleDestroy(): Promise<void> {
    return this.client.close();
  }

  private async collection(): Promise<Collection<Documento>> {
    const historico = this.client.db().collection<Documento>('historico');
    this.indexed ??= this.index(historico);
    try {
      await this.indexed;
    } catch (error) {
      this.indexed = undefined;
      throw error;
    }
    return historico;
  }

  private async index(historico: Collection<Documento>): Promise<void> {
    const expireAfterSeconds = (this.dias * DIA_MS) / 1_000;
    const there = await this.indexes(historico);
    const vence = there.get('vencimento');
    // Kept for another time than before: no index is changed in place everywhere, and this one is soon made.
    if (typeof vence === 'number' && vence !== expireAfterSeconds) {
      await historico.dropIndex('vencimento');
      there.delete('vencimento');
    }
    if (!there.has('vencimento')) await this.expireBy(historico, expireAfterSeconds);
    const others = [
      { name: 'usuario', key: { usuarioId: 1, criadaEm: -1, _id: -1 } },
      { name: 'reserva', key: { reservaId: 1, criadaEm: -1, _id: -1 } },
    ] as const;
    const missing = others.filter(({ name }) => !there.has(name));
    if (missing.length > 0) await historico.createIndexes(missing.map(({ name, key }) => ({ name, key: { ...key } })));
  }

  private async expireBy(historico: Collection<Documento>, expireAfterSeconds: number): Promise<void> {
    const vencimento = { name: 'vencimento', key: { criadaEm: 1 } } as const;
    try {
      await historico.createIndexes([{ ...vencimento, expireAfterSeconds }]);
    } catch (error) {
      // Then `expire` is all there is.
      if (!(error instanceof MongoError) || error.code !== NAO_HA_TTL) throw error;
      await historico.createIndexes([vencimento]);
    }
  }

  /** By name, the indexes that are there; with how long a document stays, s, where one says so. */
  private async indexes(historico: Collection<Documento>): Promise<Map<string | undefined, number | undefined>> {
    try {
      return new Map((await historico.indexes()).map(({ name, expireAfterSeconds }) => [name, expireAfterSeconds]));
    } catch (error) {
      if (error instanceof MongoError && error.code === NAO_HA_COLECAO) return new Map();
      throw error;
    }
  }
}
