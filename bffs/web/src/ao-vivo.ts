import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { PlatformApi } from '@plataforma/bff';
import {
  type Cabecalhos,
  type CloudEvent,
  type DadosAoVivo,
  type NomeDeEventoAoVivo,
  operacoesDeReservas,
} from '@plataforma/contracts';
import { Broker, Escuta, type Ouvinte } from '@plataforma/messaging';
import { Logger, metrics, Problem, Revogacoes, type Usuario } from '@plataforma/platform';
import { type Noticia, noticiaDe } from './eventos.js';

/** Streams of one person, and of one address without a token. */
export const POR_PESSOA = 8;
export const POR_ENDERECO = 32;
/** How many news are kept for those who come back: some megabytes. */
const GUARDADAS = 5_000;
/** What one stream may have unread, bytes; more, and its reader is too slow. */
const MOST_UNREAD = 64 * 1_024;
/** Who missed more than this reads again: that costs less, bytes. */
const MOST_MISSED = MOST_UNREAD / 2;
const BATIMENTO_MS = 15_000;
/** No stream is older: who asked for it without a token is looked at again, too. */
const LONGEST_MS = 3_600_000;
/** Whoever watches a space is asked about again so often, so many of one space at once. */
const CONFERE_MS = 20_000;
const CONFERIDOS_POR_VEZ = 10;
/** So many spaces without an answer in one round, and reservas is away. */
const SEM_RESPOSTA = 3;
/** Of a space that is not everybody's nobody hears for longer than this after reservas last said that they may, ms. */
const CONFERIDO_MS = 55_000;

type Motivo = DadosAoVivo<'fim'>['motivo'];
/** When whoever was sent away comes back, ms; the clients vary it, so that they do not all come at once. */
const VOLTA_MS: Readonly<Record<Motivo, number>> = {
  TOKEN: 0,
  SESSAO: 60_000,
  ESPACO: 1_000,
  TEMPO: 1_000,
  ENCERRANDO: 1_000,
  SURDO: 3_000,
};

export interface Pedinte {
  readonly usuario: Usuario | undefined;
  readonly endereco: string;
  /** What they asked with, to be asked about again. */
  readonly cabecalhos?: Cabecalhos;
}

/**
 * Whether whoever asks with these headers, or without any, may see the space now; undefined when nobody can say. It
 * never rejects.
 */
export type Conferencia = (espacoId: string, cabecalhos?: Cabecalhos) => Promise<boolean | undefined>;

/** By reservas, which lets nobody hear of the neighbours of a space that they may not see. */
export function conferencia(api: PlatformApi): Conferencia {
  const { neighbours } = api.cliente(operacoesDeReservas.espacos);
  return async (id, cabecalhos = {}) => {
    try {
      await neighbours({ parametros: { id }, cabecalhos });
      return true;
    } catch (error) {
      return error instanceof Problem && [401, 403, 404].includes(error.status) ? false : undefined;
    }
  };
}

interface Guardada extends Noticia {
  readonly ordem: number;
}

/** A place that somebody has, before and while a stream goes to them. */
export class Lugar {
  constructor(
    readonly pedinte: Pedinte,
    readonly devolver: () => void,
  ) {}
}

interface Fluxo {
  readonly lugar: Lugar;
  /** The space that is watched, with those that share its units; the first is the one that was asked for. */
  readonly espacos: readonly string[];
  readonly saida: Readable;
  prazo?: NodeJS.Timeout;
  /** Whether everybody may see what is watched, as far as is known; when not, since when it is known that they may. */
  deTodos: boolean;
  conferidoEm: number;
}

const bloco = (nome: NomeDeEventoAoVivo, dados: object, id?: string, retry?: number): string =>
  `event: ${nome}\n${id === undefined ? '' : `id: ${id}\n`}${retry === undefined ? '' : `retry: ${retry}\n`}data: ${JSON.stringify(dados)}\n\n`;

const semLugar = (): Problem =>
  new Problem(503, 'eventos.sem-lugar', 'Há fluxos demais abertos', { headers: { 'retry-after': '10' }, state: true });
const surdo = (): Problem =>
  new Problem(503, 'eventos.indisponiveis', 'O que muda não se ouve agora; leia de novo daqui a pouco', {
    headers: { 'retry-after': '3' },
    state: true,
  });

function adicionar(em: Map<string, Set<Fluxo>>, chave: string, fluxo: Fluxo): void {
  const eles = em.get(chave) ?? new Set();
  em.set(chave, eles.add(fluxo));
}
function tirar(de: Map<string, Set<Fluxo>>, chave: string, fluxo: Fluxo): void {
  const eles = de.get(chave);
  eles?.delete(fluxo);
  if (eles?.size === 0) de.delete(chave);
}

/**
 * The streams of this process and what is told on them. There are streams only while everything is heard: when the queue
 * is lost all of them end, and nobody is told that nothing happened. News are numbered in the order in which they were
 * heard since the queue is there (its `epoca`): somebody who comes back with a number of another one reads again.
 */
export class AoVivo implements Ouvinte, OnApplicationBootstrap, OnModuleDestroy {
  private readonly porDono = new Map<string, Set<Fluxo>>();
  private readonly porEspaco = new Map<string, Set<Fluxo>>();
  private readonly porSessao = new Map<string, Set<Fluxo>>();
  private readonly fluxos = new Set<Fluxo>();
  private readonly lugares = new Map<string, number>();
  private ocupados = 0;
  private guardadas: Guardada[] = [];
  private epoca: string | undefined;
  private ordem = 0;
  private encerrando = false;
  private batimento: NodeJS.Timeout | undefined;
  private conferencia: NodeJS.Timeout | undefined;
  private conferindo = false;

  constructor(
    private readonly broker: Broker,
    private readonly revogacoes: Revogacoes,
    private readonly logger: Logger,
    private readonly maximo: number,
    private readonly podeVer: Conferencia,
  ) {}

  onApplicationBootstrap(): void {
    new Escuta(this.broker, this.logger, 'bff-web').start(this);
    this.batimento = setInterval(() => this.bater(), BATIMENTO_MS).unref();
  }

  onModuleDestroy(): void {
    this.encerrando = true;
    clearInterval(this.batimento);
    clearInterval(this.conferencia);
    for (const fluxo of this.fluxos) this.encerrar(fluxo, 'ENCERRANDO');
  }

  ouvindo(): void {
    this.guardadas = [];
    this.ordem = 0;
    this.epoca = randomUUID().slice(0, 8);
    clearInterval(this.conferencia);
    this.conferencia = setInterval(() => void this.conferir(), CONFERE_MS).unref();
  }

  surdo(): void {
    this.epoca = undefined;
    clearInterval(this.conferencia);
    for (const fluxo of this.fluxos) this.encerrar(fluxo, 'SURDO');
  }

  ouviu(evento: CloudEvent): void {
    if (evento.type === 'sessao.revogada.v1') {
      const { sessaoId, tokensAte } = (evento as CloudEvent<'sessao.revogada.v1'>).data;
      this.revogacoes.add(sessaoId, new Date(tokensAte));
      for (const fluxo of this.porSessao.get(sessaoId) ?? []) this.encerrar(fluxo, 'SESSAO');
      return;
    }
    if (evento.type === 'usuario.grupos-alterados.v1') {
      const { usuarioId } = (evento as CloudEvent<'usuario.grupos-alterados.v1'>).data;
      for (const fluxo of this.porDono.get(usuarioId) ?? [])
        if (fluxo.espacos.length > 0) this.encerrar(fluxo, 'ESPACO');
      return;
    }
    if (evento.type === 'espaco.acesso-alterado.v1') {
      const { espacoId } = (evento as CloudEvent<'espaco.acesso-alterado.v1'>).data;
      for (const fluxo of this.porEspaco.get(espacoId) ?? []) this.encerrar(fluxo, 'ESPACO');
      return;
    }
    const noticia = noticiaDe(evento);
    if (!noticia) return;
    const guardada = { ...noticia, ordem: ++this.ordem };
    this.guardadas.push(guardada);
    // In batches: each time one alone would move all the others.
    if (this.guardadas.length >= 2 * GUARDADAS) this.guardadas = this.guardadas.slice(-GUARDADAS);
    const deles = new Set([
      ...(guardada.donoId === undefined ? [] : (this.porDono.get(guardada.donoId) ?? [])),
      ...(guardada.doEspaco ? (this.porEspaco.get(guardada.doEspaco.espacoId) ?? []) : []),
    ]);
    for (const fluxo of deles) this.escrever(fluxo, this.textoPara(fluxo, guardada));
    // Who may see it, or what shares its units, may be another: whoever watches it asks again.
    if (evento.type === 'espaco.alterado.v1')
      for (const fluxo of this.porEspaco.get(guardada.doEspaco?.espacoId ?? '') ?? []) this.encerrar(fluxo, 'ESPACO');
  }

  /** @throws Problem 429 and 503 when there is no place */
  tomarLugar(pedinte: Pedinte): Lugar {
    this.exigirOuvido();
    const { usuario, endereco } = pedinte;
    const [chave, limite] = usuario ? [`p:${usuario.id}`, POR_PESSOA] : [`e:${endereco}`, POR_ENDERECO];
    if (this.ocupados >= this.maximo) throw semLugar();
    const tomados = this.lugares.get(chave) ?? 0;
    if (tomados >= limite)
      throw new Problem(429, 'eventos.fluxos-demais', `Já há ${limite} fluxos abertos por quem pede`, {
        headers: { 'retry-after': '30' },
      });
    this.lugares.set(chave, tomados + 1);
    metrics.aoVivo.set(++this.ocupados);
    let devolvido = false;
    return new Lugar(pedinte, () => {
      if (devolvido) return;
      devolvido = true;
      metrics.aoVivo.set(--this.ocupados);
      const restam = (this.lugares.get(chave) ?? 1) - 1;
      if (restam === 0) this.lugares.delete(chave);
      else this.lugares.set(chave, restam);
    });
  }

  /**
   * From now on everything is told; first what was missed since `ultimoId`, or `releia`.
   * @param espacos the watched one and its neighbours; none when no space is watched
   * @throws Problem 401 when the session was ended meanwhile, 503 when nothing is heard any more
   */
  entrar(lugar: Lugar, espacos: readonly string[], ultimoId: string | undefined): Readable {
    this.exigirOuvido();
    const { usuario } = lugar.pedinte;
    if (usuario?.sessaoId !== undefined && this.revogacoes.has(usuario.sessaoId))
      throw new Problem(401, 'auth.sessao-encerrada', 'A sessão foi encerrada; entre novamente');
    const saida = new Readable({ read: () => undefined });
    const fluxo: Fluxo = { lugar, espacos, saida, deTodos: !usuario, conferidoEm: performance.now() };
    saida.once('close', () => this.sair(fluxo, 'FOI-SE'));
    saida.on('error', () => undefined);
    this.fluxos.add(fluxo);
    if (usuario) adicionar(this.porDono, usuario.id, fluxo);
    if (usuario?.sessaoId !== undefined) adicionar(this.porSessao, usuario.sessaoId, fluxo);
    for (const espaco of espacos) adicionar(this.porEspaco, espaco, fluxo);
    const resta = (usuario?.validoAte?.getTime() ?? Infinity) - Date.now();
    const [motivo, ms] =
      resta < LONGEST_MS ? (['TOKEN', Math.max(0, resta)] as const) : (['TEMPO', LONGEST_MS] as const);
    fluxo.prazo = setTimeout(() => this.encerrar(fluxo, motivo), ms).unref();
    const perdidas = this.desde(ultimoId)
      ?.map((perdida) => this.textoPara(fluxo, perdida))
      .join('');
    const retomada = perdidas !== undefined && perdidas.length <= MOST_MISSED;
    const comeco = retomada ? bloco('retomada', {}) + perdidas : bloco('releia', {}, this.idDe(this.ordem));
    this.escrever(fluxo, comeco);
    return saida;
  }

  private exigirOuvido(): void {
    if (this.encerrando || this.epoca === undefined) throw surdo();
  }

  private idDe(ordem: number): string {
    return `${this.epoca}-${ordem}`;
  }

  /** What was heard after it; undefined when it is none of ours, or too old. */
  private desde(ultimoId: string | undefined): Guardada[] | undefined {
    const [, epoca, texto] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(ultimoId ?? '') ?? [];
    const ordem = Number(texto);
    const primeira = this.ordem - this.guardadas.length;
    if (epoca !== this.epoca || ordem > this.ordem || ordem < primeira) return undefined;
    return this.guardadas.slice(ordem - primeira);
  }

  /** Only the last of what one message says carries its number: who was cut off before it hears all of it again. */
  private textoPara(fluxo: Fluxo, { ordem, donoId, daPessoa, doEspaco }: Guardada): string {
    const seu = daPessoa && donoId === fluxo.lugar.pedinte.usuario?.id && donoId !== undefined ? daPessoa : undefined;
    const dele = doEspaco && fluxo.espacos.includes(doEspaco.espacoId) ? doEspaco : undefined;
    const id = this.idDe(ordem);
    return (
      (seu ? bloco(seu.nome, seu.dados, dele ? undefined : id) : '') +
      (dele ? bloco('espaco', { ...dele, espacoId: fluxo.espacos[0] }, id) : '')
    );
  }

  private escrever({ saida }: Fluxo, texto: string): void {
    if (saida.destroyed) return;
    saida.push(texto);
    if (saida.readableLength <= MOST_UNREAD) return;
    metrics.aoVivoEncerrados.inc({ motivo: 'LENTO' });
    saida.destroy();
  }

  /** Says where we are as well, so that a quiet stream's number does not grow old. */
  private bater(): void {
    if (this.epoca === undefined) return;
    const texto = `: \nid: ${this.idDe(this.ordem)}\n\n`;
    for (const fluxo of this.fluxos) this.escrever(fluxo, texto);
  }

  /**
   * Whether they may still see what they watch: reservas may have let somebody in by what it knew then, and what is told
   * of rights may be lost. A space costs one question, and one more for each who watches it when it is not everybody's.
   * When hardly anybody answers, the next time goes on; meanwhile only what is everybody's is told.
   */
  private async conferir(): Promise<void> {
    const vigiam = [...this.fluxos].filter(({ espacos }) => espacos.length > 0);
    const vencido = performance.now() - CONFERIDO_MS;
    for (const fluxo of vigiam) if (!fluxo.deTodos && fluxo.conferidoEm < vencido) this.encerrar(fluxo, 'ESPACO');
    if (this.conferindo) return;
    this.conferindo = true;
    let semResposta = 0;
    try {
      // In no order, so that those that nobody can say anything of do not always come before the same others.
      const espacos = [...new Set(vigiam.map(({ espacos: [dele = ''] }) => dele))].sort(() => Math.random() - 0.5);
      for (const espacoId of espacos) {
        const deles = [...(this.porEspaco.get(espacoId) ?? [])].filter((fluxo) => fluxo.espacos[0] === espacoId);
        if (!(await this.conferirEspaco(espacoId, deles)) && ++semResposta === SEM_RESPOSTA) return;
      }
    } finally {
      this.conferindo = false;
    }
  }

  /** @returns whether there was an answer to everything */
  private async conferirEspaco(espacoId: string, deles: readonly Fluxo[]): Promise<boolean> {
    const deTodos = await this.podeVer(espacoId);
    if (deTodos === undefined) return false;
    for (const fluxo of deles) fluxo.deTodos = deTodos;
    const aPerguntar = deTodos ? [] : deles.filter((fluxo) => this.fluxos.has(fluxo));
    for (let n = 0; n < aPerguntar.length; n += CONFERIDOS_POR_VEZ) {
      const respostas = await Promise.all(
        aPerguntar.slice(n, n + CONFERIDOS_POR_VEZ).map(async (fluxo) => {
          const em = performance.now();
          const { usuario, cabecalhos } = fluxo.lugar.pedinte;
          const pode = usuario ? await this.podeVer(espacoId, cabecalhos) : false;
          if (pode === false) this.encerrar(fluxo, 'ESPACO');
          if (pode) fluxo.conferidoEm = em;
          return pode;
        }),
      );
      if (respostas.includes(undefined)) return false;
    }
    return true;
  }

  private encerrar(fluxo: Fluxo, motivo: Motivo): void {
    if (!this.fluxos.has(fluxo)) return;
    this.escrever(fluxo, bloco('fim', { motivo }, undefined, VOLTA_MS[motivo]));
    fluxo.saida.push(null);
    this.sair(fluxo, motivo);
  }

  private sair(fluxo: Fluxo, motivo: Motivo | 'FOI-SE'): void {
    if (!this.fluxos.delete(fluxo)) return;
    metrics.aoVivoEncerrados.inc({ motivo });
    clearTimeout(fluxo.prazo);
    const { lugar, espacos } = fluxo;
    const { usuario } = lugar.pedinte;
    if (usuario) tirar(this.porDono, usuario.id, fluxo);
    if (usuario?.sessaoId !== undefined) tirar(this.porSessao, usuario.sessaoId, fluxo);
    for (const espaco of espacos) tirar(this.porEspaco, espaco, fluxo);
    lugar.devolver();
  }
}
