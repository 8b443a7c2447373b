import { createHmac } from 'node:crypto';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { type Logger, mortalRedis, Problem } from '@plataforma/platform';
import { Redis } from 'ioredis';
import { LimitadorDeTentativas } from '../application/ports.js';
import { redeDe } from '../domain/rede.js';

export interface Limites {
  readonly REDIS_URL: string;
  readonly LOGIN_TENTATIVAS_CONTA: number;
  readonly LOGIN_TENTATIVAS_CONTA_TOTAL: number;
  readonly LOGIN_TENTATIVAS_ENDERECO: number;
  readonly LOGIN_JANELA_SEGUNDOS: number;
  readonly REGISTROS_ENDERECO: number;
  readonly REGISTRO_JANELA_SEGUNDOS: number;
  readonly CARTAS_CONTA: number;
  readonly CARTAS_ENDERECO: number;
  readonly OIDC_ENTRADAS_ENDERECO: number;
}

/** For how long an address from which an account was entered is known to it. */
const CONHECIDO_SEGUNDOS = 90 * 24 * 3600;
/** How much is counted in memory, for when Redis is away; then the oldest is forgotten. */
const BALDES_EM_MEMORIA = 20_000;

/** Takes from a bucket, by the server's clock. Gives how long to wait, ms; 0 when it was taken. */
const TAKE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local each, room, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + each * cost
  local wait = full - room - now
  if wait > 0 and cost > 0 then return wait end
  if full <= now then redis.call('DEL', KEYS[1])
  else redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', full - now) end
  return 0`;

/** Guesses at a second factor are fewer: it is six digits, and whoever guesses has the password already. */
const FATOR_JANELAS = 16;

/** Letters that nobody asked for: what an account gets from everywhere, as often as from one address. */
const CARTAS_DE_TODA_PARTE = 10;
/** Renewals of one session in a window: a token of access lives as long as that, and each page that is opened renews. */
const RENOVACOES = 300;

/** What guesses of one kind are counted by. */
interface Adivinhacao {
  readonly porContaEEndereco: Regra;
  /** Of addresses that the account does not know. */
  readonly porConta: Regra;
  readonly porEndereco: Regra;
}

interface Regra {
  readonly nome: string;
  /** How many attempts may be made at once. */
  readonly tentativas: number;
  /** In how long they are all given back, one by one. */
  readonly janelaSegundos: number;
}

/**
 * Attempts to log in and to register, in buckets that fill again little by little (GCRA, as in ATM networks): no one
 * ever waits for a whole window. Counted in Redis for all instances together; while Redis is away each instance goes by
 * what it has itself let pass: logins go on, a little more generously.
 *
 * An account has a bucket for each address, and one that all addresses share which it does not know: ten wrong guesses
 * from anywhere say nothing about its owner, and many guesses from everywhere are as slow as those of one.
 */
export class RedisLimitador extends LimitadorDeTentativas implements OnModuleInit, OnApplicationShutdown {
  private readonly redis: Redis;
  private readonly logins: Adivinhacao;
  private readonly fatores: Adivinhacao;
  private readonly desafios: Regra;
  private readonly registros: Regra;
  private readonly cartas: Regra;
  private readonly avisos: Regra;
  private readonly avisosDeTodaParte: Regra;
  private readonly renovacoes: Regra;
  private readonly trocasDeChave: Regra;
  private readonly pedidosDeCarta: Regra;
  private readonly entradasExternas: Regra;
  private readonly emMemoria = new Map<string, number>();
  private avisado = false;

  /** @param chave keeps what is counted anonymous: Redis is no place for e-mail and other addresses */
  constructor(
    limites: Limites,
    private readonly chave: Buffer,
    private readonly logger: Logger,
  ) {
    super();
    this.redis = new Redis(limites.REDIS_URL, mortalRedis);
    const regra = (nome: string, tentativas: number, janelas = 1): Regra => ({
      nome: `auth:${nome}`,
      tentativas,
      janelaSegundos: limites.LOGIN_JANELA_SEGUNDOS * janelas,
    });
    const adivinhacao = (de: string, janelas: number): Adivinhacao => ({
      porContaEEndereco: regra(`${de}:conta-endereco`, limites.LOGIN_TENTATIVAS_CONTA),
      porConta: regra(`${de}:conta-desconhecidos`, limites.LOGIN_TENTATIVAS_CONTA_TOTAL, janelas),
      porEndereco: regra(`${de}:endereco`, limites.LOGIN_TENTATIVAS_ENDERECO),
    });
    this.logins = adivinhacao('login', 1);
    this.fatores = adivinhacao('fator', FATOR_JANELAS);
    this.desafios = regra('desafio:endereco', limites.LOGIN_TENTATIVAS_ENDERECO);
    this.registros = {
      nome: 'auth:registro:endereco',
      tentativas: limites.REGISTROS_ENDERECO,
      janelaSegundos: limites.REGISTRO_JANELA_SEGUNDOS,
    };
    this.cartas = { ...this.registros, nome: 'auth:cartas:conta', tentativas: limites.CARTAS_CONTA };
    this.avisos = { ...this.cartas, nome: 'auth:avisos:conta-endereco' };
    this.avisosDeTodaParte = {
      ...this.cartas,
      nome: 'auth:avisos:conta',
      tentativas: limites.CARTAS_CONTA * CARTAS_DE_TODA_PARTE,
    };
    this.renovacoes = regra('renovacao:sessao', RENOVACOES);
    this.trocasDeChave = regra('chave:endereco', limites.LOGIN_TENTATIVAS_ENDERECO);
    this.pedidosDeCarta = { ...this.registros, nome: 'auth:cartas:endereco', tentativas: limites.CARTAS_ENDERECO };
    this.entradasExternas = regra('externas:endereco', limites.OIDC_ENTRADAS_ENDERECO);
  }

  onModuleInit(): void {
    this.redis.on('error', (error: Error) => {
      if (!this.avisado) this.logger.warn('Redis indisponível: tentativas contadas em memória', { error });
      this.avisado = true;
    });
    this.redis.on('ready', () => (this.avisado = false));
    // A failure to connect is reported by the handler above, and connecting goes on by itself.
    this.redis.connect().catch(() => this.redis.status);
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  /** @throws Problem 429 with Retry-After */
  countLogin(conta: string, endereco: string): Promise<void> {
    return this.count(this.logins, conta, endereco);
  }

  loginSucceeded(conta: string, endereco: string): Promise<void> {
    return this.succeeded(this.logins, conta, endereco);
  }

  /** @throws Problem 429 with Retry-After */
  countFator(conta: string, endereco: string): Promise<void> {
    return this.count(this.fatores, conta, endereco);
  }

  fatorSucceeded(conta: string, endereco: string): Promise<void> {
    return this.succeeded(this.fatores, conta, endereco);
  }

  /** @throws Problem 429 with Retry-After */
  async countDesafio(endereco: string): Promise<void> {
    const esperaMs = await this.take(this.desafios, redeDe(endereco), { unidades: 1 });
    if (esperaMs > 0) throw demais(esperaMs);
  }

  /** @throws Problem 429 with Retry-After */
  async countRegistro(endereco: string): Promise<void> {
    const esperaMs = await this.take(this.registros, redeDe(endereco), { unidades: 1 });
    if (esperaMs > 0) throw demais(esperaMs);
  }

  /** @throws Problem 429 with Retry-After */
  async countEntradaExterna(endereco: string): Promise<void> {
    const esperaMs = await this.take(this.entradasExternas, redeDe(endereco), { unidades: 1 });
    if (esperaMs > 0) throw demais(esperaMs);
  }

  async countCarta(conta: string, endereco: string): Promise<boolean> {
    const dali = await this.take(this.avisos, `${conta} ${redeDe(endereco)}`, { unidades: 1 });
    return dali === 0 && (await this.take(this.avisosDeTodaParte, conta, { unidades: 1 })) === 0;
  }

  /** @throws Problem 429 with Retry-After */
  async countRenovacao(sessaoId: string): Promise<void> {
    const esperaMs = await this.take(this.renovacoes, sessaoId, { unidades: 1 });
    if (esperaMs > 0) throw demais(esperaMs);
  }

  /** @throws Problem 429 with Retry-After */
  async countTrocaDeChave(endereco: string): Promise<void> {
    const esperaMs = await this.take(this.trocasDeChave, redeDe(endereco), { unidades: 1 });
    if (esperaMs > 0) throw demais(esperaMs);
  }

  /** @throws Problem 429 with Retry-After */
  async countPedidoDeCarta(conta: string, endereco: string): Promise<void> {
    const rede = redeDe(endereco);
    const doEndereco = await this.take(this.pedidosDeCarta, rede, { unidades: 1 });
    if (doEndereco > 0) throw demais(doEndereco);
    const daConta = await this.take(this.cartas, conta, { unidades: 1 });
    if (daConta > 0) throw demais(daConta);
  }

  async remember(conta: string, endereco: string): Promise<void> {
    await this.redis
      .set(this.keyOf(conta, redeDe(endereco)), '1', 'EX', CONHECIDO_SEGUNDOS)
      .catch(() => this.redis.status);
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }

  private async count(
    { porContaEEndereco, porEndereco, porConta }: Adivinhacao,
    conta: string,
    endereco: string,
  ): Promise<void> {
    const rede = redeDe(endereco);
    const conhecido = await this.knows(conta, rede);
    const taken: [Regra, string][] = [];
    for (const [regra, de] of [
      [porContaEEndereco, `${conta} ${rede}`],
      [porEndereco, rede],
      ...(conhecido ? [] : [[porConta, conta] as const]),
    ] as const) {
      const esperaMs = await this.take(regra, de, { unidades: 1 });
      if (esperaMs > 0) {
        // An attempt that is not made uses nothing up, least of all what its account's owner needs.
        await Promise.all(taken.map(([outra, dela]) => this.take(outra, dela, { unidades: -1 })));
        throw demais(esperaMs);
      }
      taken.push([regra, de]);
    }
  }

  private async succeeded(
    { porContaEEndereco, porEndereco }: Adivinhacao,
    conta: string,
    endereco: string,
  ): Promise<void> {
    const rede = redeDe(endereco);
    await Promise.all([
      this.take(porContaEEndereco, `${conta} ${rede}`, { unidades: -porContaEEndereco.tentativas }),
      this.take(porEndereco, rede, { unidades: -1 }),
      this.remember(conta, endereco),
    ]);
  }

  private async knows(conta: string, rede: string): Promise<boolean> {
    return this.redis.exists(this.keyOf(conta, rede)).then(
      (marcas) => marcas > 0,
      () => false,
    );
  }

  private keyOf(conta: string, rede: string): string {
    return `auth:login:conhecido:${this.anonymous(`${conta} ${rede}`)}`;
  }

  private anonymous(texto: string): string {
    return createHmac('sha256', this.chave).update(texto).digest('base64url');
  }

  /** @param unidades negative: gives back. @returns how long to wait, ms; 0 when it was taken */
  private async take(
    { nome, tentativas, janelaSegundos }: Regra,
    de: string,
    { unidades }: { readonly unidades: number },
  ): Promise<number> {
    const chave = `${nome}:${this.anonymous(de)}`;
    const cadaMs = Math.ceil((janelaSegundos * 1_000) / tentativas);
    const cabeMs = cadaMs * tentativas;
    const mover = (quanto: number) => this.moveInMemory(chave, cadaMs * quanto) - cabeMs - Date.now();
    // Before Redis answers: of attempts made at once some may find it busy, and all count the same ones.
    const esperaAqui = mover(unidades);
    const esperaMs = await this.redis
      .eval(TAKE, 1, chave, cadaMs, cabeMs, unidades)
      .then(Number, () => Math.max(0, esperaAqui));
    if (esperaMs > 0) mover(-unidades);
    return esperaMs;
  }

  /** What this instance itself has let pass. @returns when the bucket has all again, ms since 1970 */
  private moveInMemory(chave: string, ms: number): number {
    const agora = Date.now();
    const cheio = Math.max(this.emMemoria.get(chave) ?? 0, agora) + ms;
    this.emMemoria.delete(chave);
    if (cheio > agora) this.emMemoria.set(chave, cheio);
    const [maisVelho] = this.emMemoria.keys();
    if (maisVelho !== undefined && this.emMemoria.size > BALDES_EM_MEMORIA) this.emMemoria.delete(maisVelho);
    return cheio;
  }
}

const demais = (esperaMs: number): Problem =>
  new Problem(429, 'auth.muitas-tentativas', 'Tentativas demais; aguarde antes de tentar de novo', {
    headers: { 'retry-after': String(Math.ceil(esperaMs / 1_000)) },
  });
