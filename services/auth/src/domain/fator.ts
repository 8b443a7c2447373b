/** A passkey (WebAuthn) of a person. */
export interface ChaveDeAcesso {
  /** The authenticator's, base64url. */
  readonly id: string;
  readonly usuarioId: string;
  readonly nome: string;
  /** COSE. */
  readonly publica: Uint8Array<ArrayBuffer>;
  /** How often it was used, as far as the authenticator counts; 0 where it does not. */
  readonly contador: number;
  readonly transportes: readonly string[];
  /** Whether its authenticator copies it to other devices. */
  readonly sincronizada: boolean;
  readonly criadaEm: Date;
  readonly usadaEm: Date | null;
}

/** What a person has besides a password. */
export interface Fatores {
  /** When the authenticator application was confirmed. */
  readonly totpDesde: Date | null;
  readonly chaves: readonly ChaveDeAcesso[];
  /** Recovery codes that were not used. */
  readonly codigosRestantes: number;
}

export const CHAVES_POR_PESSOA = 20;
export const CODIGOS_DE_RECUPERACAO = 10;

/** Recovery codes alone are none: they stand in for another. */
export const temSegundoFator = ({ totpDesde, chaves }: Fatores): boolean => totpDesde !== null || chaves.length > 0;

/** How proving a passkey is called (RFC 8176): a key that never leaves its device, or one that is copied. */
export const amrDaChave = ({ sincronizada }: Pick<ChaveDeAcesso, 'sincronizada'>): 'hwk' | 'swk' =>
  sincronizada ? 'swk' : 'hwk';

/** As it is compared: read aloud or typed by hand, it is the same. */
export const normalizarCodigo = (codigo: string): string => codigo.replace(/[ -]/g, '').toLowerCase();
