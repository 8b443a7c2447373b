import type { Readable } from 'node:stream';
import type {
  ChavesHttp,
  CredencialHttp,
  CredencialNovaHttp,
  Escopo,
  MessageData,
  RespostaDeProvedor,
  RetornoDeProvedor,
} from '@plataforma/contracts';
import type { Identidade, IdentidadeConferida, PapeisDoProvedor } from '../domain/identidade-externa.js';
import type { SegredoDeChave } from './segredo-de-chave.js';
import type { ChaveDeAcesso, Fatores } from '../domain/fator.js';
import type { WorkTable } from '@plataforma/trabalho';
import type { ChaveAgendada } from '../domain/rotacao-chaves.js';
import type { MotivoDoFim, Origem, Renovacao, Sessao, TokenRenovacao } from '../domain/sessao.js';
import type { Idioma, Papel, Usuario } from '../domain/usuario.js';

export abstract class UsuarioRepository {
  /**
   * Stores a new user and announces it (`usuario.registrado.v1`), both or neither.
   * @param senhaPropria whether somebody chose the password; else no password makes the hash
   * @throws EmailEmUso
   */
  abstract insert(usuario: Usuario, senhaHash: string, senhaPropria?: boolean): Promise<void>;
  /** Adds a role to an account, once however often it is given. */
  abstract addPapel(id: string, papel: Papel): Promise<void>;
  /**
   * Changes an account, and announces what others know of it (`usuario.atualizado.v1`), both or neither.
   * @throws EmailEmUso
   */
  abstract change(id: string, mudanca: MudancaDaConta): Promise<void>;
  /** Disables an account, or enables it again; false when it was so already, or there is none. */
  abstract setDesativado(id: string, desativado: boolean): Promise<boolean>;
  /** Whether the account is being erased, past the point where only that can undo it. */
  abstract sendoApagado(id: string): Promise<boolean>;
  abstract setPapeis(id: string, papeis: readonly Papel[]): Promise<void>;
  /**
   * Runs `trabalho` in a transaction while nobody else changes who administers.
   * @param provedor by whose word it is done, if it is a provider's: the audit log says so
   */
  abstract exclusively<T>(trabalho: () => Promise<T>, provedor?: string): Promise<T>;
  /** How many may administer. */
  abstract countAdmins(): Promise<number>;
  abstract find(id: string): Promise<Usuario | undefined>;
  abstract findWithSenha(id: string): Promise<ContaComSenha | undefined>;
  /** @param email in its normal form */
  abstract findByEmail(email: string): Promise<ContaComSenha | undefined>;
  /** In the caller's transaction: as the account is now, and stays until that ends, for all who ask by this. */
  abstract lock(id: string): Promise<ContaComSenha | undefined>;
  /** Accounts of people only, whose address nobody has proved in so long, and that nobody uses: the oldest first. */
  abstract listAbandoned(dias: number, limit: number): Promise<string[]>;
}

export interface ContaComSenha {
  readonly usuario: Usuario;
  readonly senhaHash: string;
  /** Whether somebody chose it; else no password makes the hash. */
  readonly senhaPropria: boolean;
  /** More than one registration has asked for the address before anybody proved it. */
  readonly contestada: boolean;
}

/** What an account may become. */
export interface MudancaDaConta {
  readonly email?: string | undefined;
  readonly nome?: string | undefined;
  readonly senhaHash?: string | undefined;
  /** The e-mail was proved. */
  readonly verificado?: true;
  /** One more registration has asked for the e-mail, which nobody has proved. */
  readonly contestada?: true;
}

export abstract class HashDeSenha {
  /** PHC string of a password, under a salt of its own. */
  abstract hash(senha: string): Promise<string>;
  /** Whether the password makes this hash; takes the same time for any password. */
  abstract verify(senha: string, hash: string): Promise<boolean>;
  /** A hash that no password makes, as costly to check as a real one. */
  abstract readonly decoy: string;
}

export abstract class SenhasComuns {
  abstract has(senha: string): boolean;
}

/** A refresh token as its owner holds it; the database only knows its hash. */
export abstract class TokensDeRenovacao {
  abstract create(): string;
  /** The one token that follows `token`: the same whenever asked, unguessable without the master key. */
  abstract successor(token: string): string;
  /** What else follows from `token`, for each use another: the same whenever asked, unguessable without the master key. */
  abstract derive(token: string, uso: string): string;
  abstract hash(token: string): Buffer;
}

/** A session as its owner sees it. */
export interface SessaoVista {
  readonly id: string;
  readonly criadaEm: Date;
  readonly usadaEm: Date;
  readonly expiraEm: Date;
  readonly aparelho: string | null;
  readonly rede: string | null;
  readonly amr: readonly string[];
}

export interface SessaoRenovada {
  readonly decisao: Renovacao;
  readonly sessao: Sessao;
}

export interface NovaSessao extends Origem {
  readonly id: string;
  readonly usuarioId: string;
  /** Of its first refresh token. */
  readonly hash: Buffer;
  readonly amr: readonly string[];
  /** Of the password that opens it, if one does: nothing is opened by one that was changed meanwhile. */
  readonly senhaHash?: string | undefined;
}

/** Of whom which sessions are to end. */
export interface SessoesDe {
  readonly usuarioId: string;
  /** Only this one; all others stay. */
  readonly so?: string;
  /** All but this one. */
  readonly menos?: string | undefined;
}

export abstract class SessaoRepository {
  /**
   * Stores a log-in, unless the account was disabled meanwhile; the oldest sessions beyond SESSOES_POR_PESSOA end.
   * @throws CredenciaisInvalidas
   */
  abstract insert(sessao: NovaSessao): Promise<Sessao>;
  /**
   * Presents a token: one presentation of a session at a time, each sees what the one before it left. What `decidir`
   * says is stored before anyone else looks.
   * @returns undefined when no such token was ever issued
   */
  abstract present(
    hash: Buffer,
    sucessor: Buffer,
    decidir: (sessao: Sessao, token: TokenRenovacao, agora: Date) => Renovacao,
  ): Promise<SessaoRenovada | undefined>;
  /** Ends the session that the token, also a used one, belongs to; nothing when there is none. */
  abstract end(hash: Buffer): Promise<void>;
  /** Ends sessions of a person, and announces each; how many there were. */
  abstract endOf(quais: SessoesDe, motivo: MotivoDoFim): Promise<number>;
  /** Whether it is this person's, and not over. */
  abstract alive(id: string, usuarioId: string): Promise<boolean>;
  /** Whose token it is, also a used one: which session's. */
  abstract sessionOf(hash: Buffer): Promise<string | undefined>;
  /** The sessions of a person that are not over, the latest used first. */
  abstract list(usuarioId: string): Promise<SessaoVista[]>;
  /** Its person has proved again who they are, by `amr` as well. @throws RenovacaoInvalida when it is over */
  abstract elevate(id: string, usuarioId: string, amr: readonly string[]): Promise<Sessao>;
  /** Forgets sessions that are long over. */
  abstract purge(): Promise<number>;
}

/** From where a person has logged in before. */
export abstract class AparelhoRepository {
  /** Remembers it, and says whether it was there, is new beside others, or is the first of all. */
  abstract see(usuarioId: string, origem: Origem): Promise<'CONHECIDO' | 'NOVO' | 'PRIMEIRO'>;
  /** Forgets those that nobody has come from for long, also of people who come no more. */
  abstract purge(): Promise<number>;
}

export type UsoDoToken = 'VERIFICACAO' | 'SENHA' | 'EMAIL';

/** What a letter gives into its reader's hands, as the database knows it: by its hash. */
export interface TokenDeConta {
  readonly hash: Buffer;
  readonly usuarioId: string;
  readonly uso: UsoDoToken;
  /** EMAIL: the address that it proves. */
  readonly email?: string;
  /** VERIFICACAO: what was written in the registration whose letter it is, to hold once the address is proved by it. */
  readonly nome?: string;
  readonly senhaHash?: string;
  readonly expiraEm: Date;
}

export abstract class TokenDeContaRepository {
  abstract insert(token: TokenDeConta): Promise<void>;
  /** One that is still good; it stays so. */
  abstract find(hash: Buffer): Promise<TokenDeConta | undefined>;
  /** Uses it up, once however many try: in the caller's transaction. */
  abstract use(hash: Buffer): Promise<boolean>;
  /** Those of a person that were not used are good for nothing any more. */
  abstract revoke(usuarioId: string, usos: readonly UsoDoToken[]): Promise<void>;
  /** Somebody has asked for a letter to whoever has this address. */
  abstract request(uso: 'VERIFICACAO' | 'SENHA', email: string): Promise<void>;
  /** Takes requests away, in the caller's transaction. */
  abstract takeRequests(limit: number): Promise<{ readonly uso: 'VERIFICACAO' | 'SENHA'; readonly email: string }[]>;
  /** Forgets what is long over. */
  abstract purge(): Promise<number>;
}

export type TipoDeCarta =
  | 'VERIFICAR_EMAIL'
  | 'CONTA_JA_EXISTE'
  | 'REDEFINIR_SENHA'
  | 'SENHA_MUDOU'
  | 'CONFIRMAR_NOVO_EMAIL'
  | 'EMAIL_VAI_MUDAR'
  | 'EMAIL_MUDOU'
  | 'NOVO_APARELHO'
  | 'SESSAO_ROUBADA'
  | 'CONTA_DESATIVADA'
  | 'CONTA_REATIVADA'
  | 'PAPEIS_MUDARAM'
  | 'SEGUNDO_FATOR_MUDOU'
  | 'CODIGO_DE_RECUPERACAO_USADO'
  | 'CHAVE_DE_API_MUDOU'
  | 'ACESSO_LIGADO'
  | 'ACESSO_DESLIGADO'
  | 'APAGAMENTO_PEDIDO'
  | 'APAGAMENTO_DESFEITO'
  | 'EXPORTACAO_PRONTA';

export interface NovaCarta {
  readonly tipo: TipoDeCarta;
  readonly para: Pick<Usuario, 'id' | 'nome' | 'email' | 'idioma'>;
  /** What only the letter may show. */
  readonly segredo?: string;
  /** When what it says is no longer so. */
  readonly expiraEm?: Date;
  readonly origem?: Origem;
}

/** Tells people about their accounts. */
export abstract class Correio {
  /** In the caller's transaction: what is told and what happened are committed together. */
  abstract post(carta: NovaCarta): Promise<void>;
}

export interface TokenAcesso {
  readonly tokenAcesso: string;
  readonly expiraEmSegundos: number;
}

export abstract class EmissorDeToken {
  abstract issue(
    usuario: { readonly id: string; readonly papeis: readonly Papel[] },
    sessao: Pick<Sessao, 'id' | 'amr' | 'autenticadaEm'>,
    deApi?: Pick<ChaveDeApi, 'escopos' | 'pedidosPorMinuto'>,
  ): Promise<TokenAcesso>;
}

export interface ChaveDeApi {
  readonly id: string;
  readonly usuarioId: string;
  readonly nome: string;
  readonly escopos: readonly Escopo[];
  readonly pedidosPorMinuto: number;
}
export interface ChaveDeApiVista extends Omit<ChaveDeApi, 'usuarioId'> {
  readonly criadaEm: Date;
  readonly expiraEm: Date;
  readonly usadaEm: Date | null;
  readonly segredos: readonly { readonly prefixo: string; readonly criadoEm: Date; readonly valeAte: Date | null }[];
}
type SegredoGuardado = Pick<SegredoDeChave, 'prefixo' | 'hash'>;

export abstract class ChaveDeApiRepository {
  /** @param validadeMs from now on @returns when it ends @throws CredenciaisInvalidas when the account was disabled meanwhile, ChavesDemais */
  abstract insert(chave: ChaveDeApi, segredo: SegredoGuardado, validadeMs: number): Promise<Date>;
  /** Gives it another secret; the one before is good for so long still, older ones no more. @throws ChaveDeApiInexistente */
  abstract rotate(
    chave: Pick<ChaveDeApi, 'id' | 'usuarioId'>,
    segredo: SegredoGuardado,
    sobreposicaoMs: number,
  ): Promise<Date>;
  /** Those of a person that are good, the newest first. */
  abstract list(usuarioId: string): Promise<ChaveDeApiVista[]>;
  /** The key that has this secret, while both are good, and that it was used. */
  abstract use(hash: Buffer): Promise<(ChaveDeApi & { readonly papeis: readonly Papel[] }) | undefined>;
}

export interface ChaveQueAssina {
  readonly kid: string;
  /** The private key (RFC 7517). @throws InvalidConfigurationError when it was stored under another master key */
  readonly open: () => Readonly<Record<string, unknown>> & { readonly kty: string };
}

export abstract class Chaveiro {
  /** Whether this service makes and retires the keys; else somebody else does. */
  abstract readonly gerida: boolean;
  /** The key that signs now. */
  abstract current(): Promise<ChaveQueAssina>;
  /** Runs `trabalho` in a transaction while no other instance does the same. */
  abstract exclusively<T>(trabalho: () => Promise<T>): Promise<T>;
  /** All keys and the time by the database's clock. */
  abstract list(): Promise<{ readonly chaves: readonly ChaveAgendada[]; readonly agora: Date }>;
  abstract insert(assinaDesde: Date): Promise<void>;
  abstract remove(kids: readonly string[]): Promise<void>;
  /** RFC 7517 set of public keys: those that sign, those that will, and those whose tokens may still be valid. */
  abstract publicKeys(): Promise<ChavesHttp>;
}

/** What is secret of a log-in by a provider; all of it follows from what its browser holds. */
export interface SegredosDaEntrada {
  readonly estado: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly verificador: string;
}

/** By whose word people may log in besides. */
export abstract class Provedores {
  abstract list(): readonly { readonly id: string; readonly nome: string }[];
  /**
   * Where to send the person.
   * @throws ProvedorInexistente; Problem 502, 503 when the provider does not say what it must
   */
  abstract endereco(provedor: string, retorno: RetornoDeProvedor, segredos: SegredosDaEntrada): Promise<string>;
  /**
   * Who the provider says that they are, everything checked.
   * @throws ProvedorInexistente, EntradaExternaInvalida, ProvedorNaoAceito; Problem 502, 503
   */
  abstract identify(
    provedor: string,
    retorno: RetornoDeProvedor,
    resposta: RespostaDeProvedor,
    segredos: SegredosDaEntrada,
  ): Promise<IdentidadeConferida>;
}

/** A log-in by a provider that was begun; a link, if it is somebody's. */
export interface PedidoDeEntrada {
  readonly hash: Buffer;
  readonly provedor: string;
  readonly retorno: RetornoDeProvedor;
  readonly por: { readonly usuarioId: string; readonly sessaoId: string } | undefined;
  readonly expiraEm: Date;
}

export interface LigacaoPendente {
  readonly hash: Buffer;
  readonly usuarioId: string;
  readonly identidade: Identidade;
  readonly expiraEm: Date;
}

export interface IdentidadeLigada {
  readonly provedor: string;
  readonly ligadaEm: Date;
  readonly usadaEm: Date | null;
}

export abstract class IdentidadeRepository {
  abstract insertPedido(pedido: PedidoDeEntrada): Promise<void>;
  /** Uses it up, once however many try; a link only while the session lives that began it. */
  abstract takePedido(hash: Buffer): Promise<Omit<PedidoDeEntrada, 'hash' | 'expiraEm'> | undefined>;
  abstract insertPendente(pendente: LigacaoPendente): Promise<void>;
  /** One that is still good; it stays so. */
  abstract findPendente(hash: Buffer): Promise<Omit<LigacaoPendente, 'hash' | 'expiraEm'> | undefined>;
  /** Uses it up, once however many try: in the caller's transaction. */
  abstract takePendente(hash: Buffer): Promise<boolean>;
  /** Whose account this identity logs in to; remembers that it did. */
  abstract use(emissor: string, sujeito: string): Promise<string | undefined>;
  /** @throws IdentidadeDeOutraConta, ProvedorJaLigado */
  abstract link(usuarioId: string, identidade: Identidade): Promise<void>;
  /**
   * One at a time for each person, in the caller's transaction.
   * @param outros the providers that still count
   * @throws ProvedorInexistente when it is not linked; UltimoAcesso when nothing else would log in
   */
  abstract unlink(usuarioId: string, provedor: string, outros: readonly string[]): Promise<void>;
  /** Whatever was linked, begun or pending, in the caller's transaction. */
  abstract unlinkAll(usuarioId: string): Promise<void>;
  /**
   * In the caller's transaction, after something was taken away.
   * @param provedores those that still count
   * @throws UltimoAcesso when nothing logs in any more
   */
  abstract requireAccess(usuarioId: string, provedores: readonly string[]): Promise<void>;
  abstract list(
    usuarioId: string,
  ): Promise<{ readonly temSenha: boolean; readonly identidades: readonly IdentidadeLigada[] }>;
  /** Forgets what is over. */
  abstract purge(): Promise<number>;
}

export abstract class LimitadorDeTentativas {
  /**
   * Counts an attempt before it is made, so that parallel ones cannot all slip through.
   * @throws when this address has used up its attempts, on this account or on all, or addresses that the account does
   *   not know have used up theirs
   */
  abstract countLogin(conta: string, endereco: string): Promise<void>;
  /** The attempt succeeded: it was no guess, and the account knows the address from now on. */
  abstract loginSucceeded(conta: string, endereco: string): Promise<void>;
  /**
   * Counts a guess at a second factor before it is made, apart from passwords: whoever has one of those must not get
   * more guesses by it. @throws as `countLogin`
   */
  abstract countFator(conta: string, endereco: string): Promise<void>;
  abstract fatorSucceeded(conta: string, endereco: string): Promise<void>;
  /** @throws when the address has asked for too many challenges */
  abstract countDesafio(endereco: string): Promise<void>;
  /** @throws when the address has used up its registrations */
  abstract countRegistro(endereco: string): Promise<void>;
  /**
   * Counts a letter to an account that nobody is refused for, apart from those that are asked for: who registers
   * somebody's address must not use up its owner's, who does it from elsewhere. False when it has got enough of them,
   * from there or from everywhere.
   */
  abstract countCarta(conta: string, endereco: string): Promise<boolean>;
  /** @throws when the session was renewed too often */
  abstract countRenovacao(sessaoId: string): Promise<void>;
  /** @throws when the address has asked for too many tokens by API keys */
  abstract countTrocaDeChave(endereco: string): Promise<void>;
  /** @throws when letters were asked for too often: to this account, or from this address */
  abstract countPedidoDeCarta(conta: string, endereco: string): Promise<void>;
  /** @throws when the address has begun too many log-ins by providers */
  abstract countEntradaExterna(endereco: string): Promise<void>;
  /** The account knows the address from now on. */
  abstract remember(conta: string, endereco: string): Promise<void>;
}

/** One-time codes by time (RFC 6238): SHA-1, six digits, steps of 30 s, as authenticator applications have them. */
export abstract class Totp {
  /** 160 random bits (RFC 4226, 4), base32. */
  abstract newSecret(): string;
  /** What a QR code brings to the application (otpauth://). */
  abstract uri(segredo: string, conta: string): string;
  /** The step whose code this is, of those one away from now at most; undefined when it is of none. */
  abstract stepOf(segredo: string, codigo: string, agora: Date): number | undefined;
}

/** The ceremonies of WebAuthn. What a client sent and cannot be read is as wrong as what does not verify. */
export abstract class ChavesWebAuthn {
  abstract optionsToRegister(
    desafio: string,
    usuario: Pick<Usuario, 'id' | 'nome' | 'email'>,
    existentes: readonly ChaveDeAcesso[],
  ): Promise<Readonly<Record<string, unknown>>>;
  abstract register(
    desafio: string,
    credencial: CredencialNovaHttp,
  ): Promise<Pick<ChaveDeAcesso, 'id' | 'publica' | 'contador' | 'transportes' | 'sincronizada'> | undefined>;
  /** @param chaves those that may answer; none: any that its owner chooses (discoverable) */
  abstract optionsToProve(
    desafio: string,
    chaves: readonly ChaveDeAcesso[],
  ): Promise<Readonly<Record<string, unknown>>>;
  /** The counter after it; undefined when it does not verify, or its counter went back. */
  abstract prove(desafio: string, credencial: CredencialHttp, chave: ChaveDeAcesso): Promise<number | undefined>;
}

/** How people prove who they are, besides passwords. */
export abstract class FatorRepository {
  /** Runs `trabalho` in a transaction while nobody else changes the factors of this person. */
  abstract exclusively<T>(usuarioId: string, trabalho: () => Promise<T>): Promise<T>;
  abstract of(usuarioId: string): Promise<Fatores>;
  /** A secret that does not count yet, instead of one that did not; false when one does. */
  abstract startTotp(usuarioId: string, segredo: string): Promise<boolean>;
  /** The secret that counts, or the one begun lately that does not yet. */
  abstract totpSecret(usuarioId: string, qual: 'CONFIRMADO' | 'INICIADO'): Promise<string | undefined>;
  abstract confirmTotp(usuarioId: string, passo: number): Promise<boolean>;
  /** Uses a step up, once however many try; none before it counts any more. */
  abstract useStep(usuarioId: string, passo: number): Promise<boolean>;
  abstract removeTotp(usuarioId: string): Promise<boolean>;
  abstract findChave(id: string): Promise<ChaveDeAcesso | undefined>;
  /** false when the key is somebody's already */
  abstract insertChave(chave: Omit<ChaveDeAcesso, 'criadaEm' | 'usadaEm'>): Promise<boolean>;
  /** Counts a use, once however many try; false when it was counted beyond that already. */
  abstract useChave(id: string, contador: number): Promise<boolean>;
  abstract renameChave(usuarioId: string, id: string, nome: string): Promise<boolean>;
  abstract removeChave(usuarioId: string, id: string): Promise<boolean>;
  /** Instead of those that there were. @param codigos in their normal form */
  abstract replaceCodigos(usuarioId: string, codigos: readonly string[]): Promise<void>;
  /** All that there is, and what was begun of it, in the caller's transaction. @returns whether something counted */
  abstract removeAll(usuarioId: string): Promise<boolean>;
  /** Uses one up, once however many try. @param codigo in its normal form */
  abstract useCodigo(usuarioId: string, codigo: string): Promise<boolean>;
}

/** By whose word roles change. */
export interface PapeisDitos extends PapeisDoProvedor {
  readonly provedor: string;
}

export type UsoDoDesafio = 'FATOR' | 'ENTRADA' | 'REGISTRO' | 'ELEVACAO';

/** What is to be answered by a factor, as the database knows it: by its hash. */
export interface Desafio {
  readonly hash: Buffer;
  readonly uso: UsoDoDesafio;
  /** Whose; of ENTRADA nobody knows. */
  readonly usuarioId?: string | undefined;
  /** From where it may be answered. */
  readonly rede: string;
  readonly senhaHash?: string | undefined;
  /** Of a log-in by a provider: what it says of roles, to hold once the factor is shown. */
  readonly papeis?: PapeisDitos | undefined;
}

export abstract class DesafioRepository {
  abstract insert(desafio: Desafio): Promise<void>;
  /** Counts an answer before it is looked at; undefined when there may be none. */
  abstract try(hash: Buffer, uso: UsoDoDesafio, rede: string): Promise<Desafio | undefined>;
  /** Uses it up, once however many try. */
  abstract use(hash: Buffer): Promise<boolean>;
  abstract purge(): Promise<number>;
}

export type EtapaDeApagamento = 'CONFERIR' | 'RECONFERIR' | 'APAGAR';
/** What a service says: what is not over, or what it has erased and kept; counts only. */
export type RespostaDeApagamento = MessageData<'apagamento.respondido.v1'>;

export interface PedidoDeApagamento {
  readonly id: string;
  readonly usuarioId: string;
  /** Its person, or the house, of an address that nobody has proved: then nobody is written to. */
  readonly por: 'PESSOA' | 'CASA';
}
export interface ParteDeApagamento {
  readonly etapa: EtapaDeApagamento;
  readonly servico: string;
  readonly resposta: RespostaDeApagamento | null;
}

/** Erasures of accounts, each with what the services were asked and answered. */
export abstract class ApagamentoRepository {
  abstract readonly toConduct: WorkTable<PedidoDeApagamento>;
  /** @param comprovante the hash of what reads the receipt @returns false when one of this person is under way */
  abstract open(id: string, usuarioId: string, comprovante: Buffer, por?: PedidoDeApagamento['por']): Promise<boolean>;
  /** Asks these services, for the first time or again. */
  abstract ask(id: string, etapa: EtapaDeApagamento, servicos: readonly string[]): Promise<void>;
  /** Keeps the first answer to a question; the last one has the next step taken. */
  abstract answered(resposta: RespostaDeApagamento): Promise<void>;
  abstract parts(id: string): Promise<ParteDeApagamento[]>;
  /**
   * From now on it is conducted, when everybody has heard that the sessions are over.
   * @throws ApagamentoInexistente when it is no more the one that was opened
   */
  abstract begin(id: string): Promise<void>;
  /** Of one that has not begun; one that has stays as it is. */
  abstract giveUp(id: string): Promise<void>;
  /** Forgets the answers of these services to APAGAR. */
  abstract reopen(id: string, servicos: readonly string[]): Promise<void>;
  /** Of one that has begun. */
  abstract end(id: string, estado: 'DESFEITO' | 'CONCLUIDO'): Promise<void>;
  /** Has the next step taken now; false when none is under way. */
  abstract hurry(id: string): Promise<boolean>;
  /** Erases the account itself, ends the request and announces it (`usuario.anonimizado.v1`); in the caller's transaction. */
  abstract eraseAccount(id: string, usuarioId: string): Promise<void>;
}

export interface PedidoDeExportacao {
  readonly id: string;
  readonly usuarioId: string;
}
export interface ParteDeExportacao {
  readonly servico: string;
  /** Every piece that the service has sent is here, and there are no more. */
  readonly completa: boolean;
}
export interface ExportacaoPronta extends PedidoDeExportacao {
  readonly pedidoEm: Date;
  readonly idioma: Idioma;
}

/** What people have asked for of their data, and the pieces of it: closed, so that only here they can be opened. */
export abstract class ExportacaoRepository {
  abstract readonly toConduct: WorkTable<PedidoDeExportacao>;
  /**
   * In the caller's transaction. @returns true, or why not: one is under way, or how long until the next may be asked for, s
   * @throws UsuarioInexistente
   */
  abstract open(id: string, usuarioId: string): Promise<true | 'EM_ANDAMENTO' | number>;
  /** What this service itself has; in the caller's transaction, as the rest of a step. */
  abstract saveOwn(id: string, usuarioId: string): Promise<void>;
  /** Asks these services, for the first time or again: then what they have sent before is forgotten. */
  abstract ask(id: string, servicos: readonly string[]): Promise<void>;
  abstract parts(id: string): Promise<ParteDeExportacao[]>;
  /** Keeps a piece of the attempt that it was asked for; the last one has the next step taken. */
  abstract savePiece(pedaco: MessageData<'usuario.dados-exportados.v1'>): Promise<void>;
  /** From now on whoever has the code gets the file. @returns until when */
  abstract ready(id: string, codigoHash: Buffer): Promise<Date>;
  /** Has the next step taken now; false when none is under way. */
  abstract hurry(id: string): Promise<boolean>;
  /** Counts a use of the code; undefined when it is of nothing that is ready. */
  abstract take(codigoHash: Buffer): Promise<ExportacaoPronta | 'DEMAIS' | undefined>;
  /** The ZIP, made while it is read. */
  abstract archive(pronta: ExportacaoPronta): Promise<Readable>;
  /** Erases what has expired, and its key. */
  abstract purge(): Promise<number>;
}
