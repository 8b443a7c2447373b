import { ReveladorDeFotos } from '../application/fotos.js';
import { FotoInvalida } from '../domain/errors.js';

const LADO_MAXIMO = 1_600;
/** Of what is sent: a small file can say that it is a wall of points, and be one in memory. */
const PONTOS_MAXIMOS = 50_000_000;
const PRAZO_SEGUNDOS = 10;

/** What a file is by how it begins; what it is called, or says of itself elsewhere, does not matter. */
const COMECOS: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
];

/**
 * Decodes and encodes anew with libvips, one photo at a time: upright as its EXIF says, and without that or anything else
 * that came with it. The library is loaded with the first photo.
 */
export class SharpReveladorDeFotos extends ReveladorDeFotos {
  private turn: Promise<unknown> = Promise.resolve();

  override develop(enviada: Buffer) {
    const developed = this.turn.then(() => this.encode(enviada));
    this.turn = developed.catch(() => undefined);
    return developed;
  }

  private async encode(enviada: Buffer) {
    if (!COMECOS.some((comeca) => comeca(enviada))) throw new FotoInvalida();
    const { default: sharp } = await import('sharp');
    sharp.cache(false);
    sharp.concurrency(1);
    try {
      const { data, info } = await sharp(enviada, { limitInputPixels: PONTOS_MAXIMOS, failOn: 'error' })
        .timeout({ seconds: PRAZO_SEGUNDOS })
        .autoOrient()
        .resize({ width: LADO_MAXIMO, height: LADO_MAXIMO, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 80 })
        .toBuffer({ resolveWithObject: true });
      return { foto: data, largura: info.width, altura: info.height };
    } catch {
      throw new FotoInvalida();
    }
  }
}
