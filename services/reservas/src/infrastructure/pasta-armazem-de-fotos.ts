import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArmazemDeFotos } from '../application/fotos.js';

/** A folder of this machine; where there are several instances, one that they share. */
export class PastaArmazemDeFotos extends ArmazemDeFotos {
  private readonly pasta: string;

  constructor(pasta: string) {
    super();
    this.pasta = resolve(pasta);
  }

  override async save(nome: string, foto: Buffer): Promise<void> {
    await mkdir(this.pasta, { recursive: true });
    // Under its name it is whole or not at all.
    const unfinished = join(this.pasta, `.${randomUUID()}`);
    await writeFile(unfinished, foto);
    await rename(unfinished, join(this.pasta, nome));
  }

  override async find(nome: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.pasta, nome));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  override async remove(nome: string): Promise<void> {
    await rm(join(this.pasta, nome), { force: true });
  }
}
