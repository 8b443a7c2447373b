import type { S3Client } from '@aws-sdk/client-s3';
import { ArmazemDeFotos } from '../application/fotos.js';

const PRAZO_MS = 10_000;

/**
 * A bucket of S3, or of what speaks as it does (`endereco`). Who it is to the bucket comes from where the AWS tools take it:
 * the environment, or the role of the machine. The client is loaded with the first photo.
 */
export class S3ArmazemDeFotos extends ArmazemDeFotos {
  private client: Promise<S3Client> | undefined;

  constructor(
    private readonly balde: string,
    private readonly regiao: string,
    private readonly endereco: string | undefined,
  ) {
    super();
  }

  override async save(nome: string, foto: Buffer): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.connected();
    await client.send(
      new PutObjectCommand({
        Bucket: this.balde,
        Key: nome,
        Body: foto,
        ContentType: 'image/webp',
        CacheControl: 'public, max-age=31536000, immutable',
      }),
      { abortSignal: AbortSignal.timeout(PRAZO_MS) },
    );
  }

  override async find(nome: string): Promise<Buffer | undefined> {
    const { GetObjectCommand, NoSuchKey } = await import('@aws-sdk/client-s3');
    const client = await this.connected();
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: this.balde, Key: nome }), {
        abortSignal: AbortSignal.timeout(PRAZO_MS),
      });
      return Body && Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  override async remove(nome: string): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.connected();
    await client.send(new DeleteObjectCommand({ Bucket: this.balde, Key: nome }), {
      abortSignal: AbortSignal.timeout(PRAZO_MS),
    });
  }

  private connected(): Promise<S3Client> {
    this.client ??= import('@aws-sdk/client-s3').then(
      ({ S3Client: Client }) =>
        new Client({
          region: this.regiao,
          maxAttempts: 3,
          ...(this.endereco !== undefined && { endpoint: this.endereco, forcePathStyle: true }),
        }),
    );
    return this.client;
  }
}
