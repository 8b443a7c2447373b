import type {
  EntregaDeGanchoHttp,
  EntregasDeGanchoHttp,
  ErroDeTentativa,
  FiltroDeEntregasHttp,
  GanchoHttp,
  MudancaDeGanchoHttp,
  NovoGanchoHttp,
  ReenvioDePeriodoHttp,
  TipoDeGancho,
} from '@plataforma/contracts';
import type { Claim, WorkTable } from '@plataforma/trabalho';

/** What happened, as it is sent. */
export interface EventoDeGancho {
  readonly id: string;
  readonly tipo: TipoDeGancho;
  /** The text that is signed. */
  readonly corpo: string;
}

/** Where and how something is sent. */
export interface Destino {
  readonly url: string;
  /** `whsec_…`, the newest first; all of them sign. */
  readonly segredos: readonly string[];
}

export interface EntregaEmMaos {
  readonly id: string;
  readonly ganchoId: string;
  readonly evento: EventoDeGancho;
}

/** What came of one try. */
export interface Tentativa {
  readonly status: number | null;
  readonly duracaoMs: number;
  /** null: accepted. */
  readonly erro: ErroDeTentativa | null;
  /** The beginning of the answer. */
  readonly resposta: string;
  /** For how long the receiver wants to be left alone (Retry-After), ms. */
  readonly pedidaMs?: number;
}

export abstract class GanchoRepository {
  /** @throws GanchosDemais */
  abstract insert(id: string, gancho: NovoGanchoHttp, segredo: string): Promise<void>;
  abstract list(): Promise<GanchoHttp[]>;
  /** @throws GanchoInexistente */
  abstract find(id: string): Promise<GanchoHttp>;
  /** @throws GanchoInexistente, VersaoDoGanchoDiferente */
  abstract change(id: string, mudanca: MudancaDeGanchoHttp, versao: number | undefined): Promise<void>;
  /** @throws GanchoInexistente */
  abstract remove(id: string): Promise<void>;
  /** What it signs with from now on; what it signed with until now signs too, for `overlapMs`. @throws GanchoInexistente */
  abstract rotate(id: string, segredo: string, overlapMs: number): Promise<void>;
  /** @throws GanchoInexistente */
  abstract destination(id: string): Promise<Destino>;

  /** To be delivered, once, to each that asked for its type; inside the caller's transaction. */
  abstract enqueue(evento: EventoDeGancho): Promise<void>;
  /** The webhooks that have something to deliver. */
  abstract readonly toDeliver: WorkTable<string>;
  /** What is due of one, the longest first. */
  abstract due(ganchoId: string, limit: number): Promise<EntregaEmMaos[]>;
  /** Writes what came of a try and what follows from it; false when its webhook has stopped meanwhile. */
  abstract record(entrega: EntregaEmMaos, tentativa: Tentativa): Promise<boolean>;
  /** Ends the claim: again when the next delivery is due. */
  abstract release(posse: Claim): Promise<void>;

  /** @throws GanchoInexistente */
  abstract deliveries(id: string, filtro: FiltroDeEntregasHttp): Promise<EntregasDeGanchoHttp>;
  /** @throws EntregaDeGanchoInexistente */
  abstract delivery(id: string, entregaId: string): Promise<EntregaDeGanchoHttp>;
  /** @throws GanchoInexistente, GanchoParado, EntregaDeGanchoInexistente, EntregaPorFazer, EntregasDemais */
  abstract resend(id: string, entregaId: string): Promise<void>;
  /** How many. @throws GanchoInexistente, GanchoParado, PeriodoGrandeDemais, EntregasDemais: then none */
  abstract resendPeriod(id: string, periodo: ReenvioDePeriodoHttp): Promise<number>;
}

/** Who sends over the network, and to public addresses alone. */
export abstract class Remetente {
  /** What can be said of an address before it is used. @throws DestinoProibido */
  abstract check(url: string): void;
  /** One try, within a bounded time; it follows no redirect. It does not fail: what came of it is its answer. */
  abstract post(url: string, headers: Readonly<Record<string, string>>, corpo: string): Promise<Tentativa>;
}
