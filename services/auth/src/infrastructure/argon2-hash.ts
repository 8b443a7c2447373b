import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Problem } from '@plataforma/platform';
import lista from 'fxa-common-password-list';
import { HashDeSenha, SenhasComuns } from '../application/ports.js';

const derivar = promisify(argon2);

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const CUSTO = { memory: 19 * 1024, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Node's thread pool has four threads, which DNS and files need too. */
const SIMULTANEOS = Math.max(1, Math.min(3, availableParallelism()));
/** Whoever would wait behind more than this is sent away: a flood of logins must not pile up for minutes. */
const FILA_MAXIMA = 200;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const semPreenchimento = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
/** https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md */
const phc = (salt: Buffer, hash: Buffer): string =>
  `$argon2id$v=19$m=${CUSTO.memory},t=${CUSTO.passes},p=${CUSTO.parallelism}$${semPreenchimento(salt)}$${semPreenchimento(hash)}`;

/** argon2id by Node itself, a few at a time: each takes 19 MiB and tens of milliseconds of a core. */
export class Argon2Hash extends HashDeSenha {
  readonly decoy = phc(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  private ativos = 0;
  private readonly espera: (() => void)[] = [];

  async hash(senha: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return phc(salt, await this.inTurn({ ...CUSTO, message: senha, nonce: salt, tagLength: HASH_BYTES }));
  }

  async verify(senha: string, hash: string): Promise<boolean> {
    const [, memory, passes, parallelism, salt, esperado] = PHC.exec(hash) ?? [];
    if (!salt || !esperado) throw new Error('O hash de senha guardado não é um argon2id no formato PHC');
    const bytes = Buffer.from(esperado, 'base64');
    const obtido = await this.inTurn({
      message: senha,
      nonce: Buffer.from(salt, 'base64'),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      tagLength: bytes.length,
    });
    return timingSafeEqual(obtido, bytes);
  }

  private async inTurn(parametros: Argon2Parameters): Promise<Buffer> {
    if (this.ativos >= SIMULTANEOS) {
      if (this.espera.length >= FILA_MAXIMA)
        throw new Problem(503, 'auth.sobrecarga', 'Há logins demais em andamento', { headers: { 'retry-after': '5' } });
      await new Promise<void>((resolve) => this.espera.push(resolve));
    } else this.ativos++;
    try {
      return await derivar('argon2id', parametros);
    } finally {
      // Hand the turn over, or give it back when nobody waits.
      const proximo = this.espera.shift();
      if (proximo) proximo();
      else this.ativos--;
    }
  }
}

export class ListaDeSenhasComuns extends SenhasComuns {
  has(senha: string): boolean {
    return lista.test(senha);
  }
}
