import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FotoHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import sharp from 'sharp';
import { S3ArmazemDeFotos } from '../src/infrastructure/s3-armazem-de-fotos.js';
import { EspacosFixture } from './espacos-fixture.js';

const pasta = mkdtempSync(join(tmpdir(), 'fotos-'));
let f: EspacosFixture;

beforeAll(async () => {
  f = await EspacosFixture.start({ FOTOS_DIR: pasta });
});
afterAll(async () => {
  await f.stop();
  rmSync(pasta, { recursive: true });
});

const enviar = (conteudo: Buffer, token = f.admin) =>
  f.app.post<FotoHttp & { code?: string }>('/v1/fotos', { conteudo: conteudo.toString('base64') }, { token });
const lida = async (caminho: string) => {
  const resposta = await fetch(new URL(`/v1${caminho}`, f.app.url));
  return { resposta, bytes: Buffer.from(await resposta.arrayBuffer()) };
};
/** Wider than it is high, on its side by its EXIF, and with a place in it. */
const deCelular = () =>
  sharp({ create: { width: 2_400, height: 1_200, channels: 3, background: '#1d4f8f' } })
    .jpeg()
    .withExif({ IFD0: { Artist: 'Ana' }, IFD3: { GPSLatitudeRef: 'S' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();

describe('fotos', () => {
  it('se guardam de pé, menores, em WebP e sem o que diziam de quem as tirou; a mesma é o mesmo arquivo', async () => {
    const original = await deCelular();
    expect((await sharp(original).metadata()).exif?.toString('latin1')).toContain('Ana');
    const { status, body } = await enviar(original);
    expect([status, body.largura, body.altura]).toEqual([201, 800, 1_600]);
    expect(body.foto).toMatch(/^\/fotos\/[0-9a-f]{32}\.webp$/);
    expect((await enviar(original)).body.foto).toBe(body.foto);
    const { resposta, bytes } = await lida(body.foto);
    const cabecalhos = ['content-type', 'cache-control', 'x-content-type-options'].map((nome) =>
      resposta.headers.get(nome),
    );
    expect(cabecalhos).toEqual(['image/webp', 'public, max-age=31536000, immutable', 'nosniff']);
    const { format, exif, xmp, icc } = await sharp(bytes).metadata();
    expect([format, exif, xmp, icc]).toEqual(['webp', undefined, undefined, undefined]);
    expect(readdirSync(pasta)).toEqual([body.foto.slice('/fotos/'.length)]);
  });

  it('são o que os bytes são: outra coisa se recusa, como quer que se chame', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const jpeg = await deCelular();
    const gif = Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1');
    for (const conteudo of [svg, gif, jpeg.subarray(0, 400), Buffer.concat([jpeg.subarray(0, 4), svg])]) {
      const { status, body } = await enviar(conteudo);
      expect([status, body.code]).toEqual([422, 'reservas.foto-invalida']);
    }
    // A few kilobytes that would be hundreds of megabytes in memory.
    const parede = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect((await enviar(parede)).status).toBe(422);
  });

  it('cabem até o seu limite, que é o delas só; quem não administra não envia', async () => {
    const { status } = await f.app.post('/v1/fotos', { conteudo: 'A'.repeat(8_002_000) }, { token: f.admin });
    expect(status).toBe(413);
    const outra = await f.app.post('/v1/espacos', { descricao: 'A'.repeat(200_000) }, { token: f.admin });
    expect(outra.status).toBe(413);
    expect((await enviar(await deCelular(), f.cliente)).status).toBe(403);
    expect((await lida(`/fotos/${'0'.repeat(32)}.webp`)).resposta.status).toBe(404);
    expect((await lida('/fotos/..%2f..%2fetc%2fpasswd')).resposta.status).toBe(400);
  });
});

describe('um dia depois de enviada', () => {
  it('a foto que nenhum espaço mostra se apaga, e a que algum mostra, ou mostrou, fica', async () => {
    const uma = async (background: string) =>
      (
        await enviar(
          await sharp({ create: { width: 40, height: 40, channels: 3, background } })
            .png()
            .toBuffer(),
        )
      ).body.foto;
    const [usada, deAntes, semUso, nova] = [await uma('#a11'), await uma('#1a1'), await uma('#11a'), await uma('#111')];
    const { body: espaco } = await f.criar({ fotos: [usada, deAntes] });
    expect((await f.mudar(espaco, { fotos: [usada] })).status).toBe(200);
    const nomes = [usada, deAntes, semUso].map((foto) => foto.slice('/fotos/'.length));
    await f.database.query(`UPDATE fotos_enviadas SET confere_em = now() WHERE nome = ANY($1)`, [nomes]);
    await eventually(async () => {
      const [row] = await f.database.query<{ quantas: number }>(
        'SELECT count(*)::int AS quantas FROM fotos_enviadas WHERE nome = ANY($1)',
        [nomes],
      );
      return row?.quantas === 0;
    }, 60_000);
    const status = await Promise.all(
      [usada, deAntes, semUso, nova].map(async (foto) => (await lida(foto)).resposta.status),
    );
    expect(status).toEqual([200, 200, 404, 200]);
  }, 90_000);
});

describe('o armazém em S3', () => {
  it('grava e lê pelo protocolo do S3, com o tipo certo; do que não há, diz que não há', async () => {
    const guardados = new Map<string, { bytes: Buffer; tipo: string | undefined }>();
    const assinaturas: (string | undefined)[] = [];
    const servidor = createServer((request, response) => void answer(request, response));
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { pathname } = new URL(request.url ?? '', 'http://s3');
      assinaturas.push(request.headers.authorization);
      if (request.method === 'PUT') {
        guardados.set(pathname, { bytes: await buffer(request), tipo: request.headers['content-type'] });
        response.setHeader('etag', '"1"').end();
        return;
      }
      if (request.method === 'DELETE') {
        guardados.delete(pathname);
        response.writeHead(204).end();
        return;
      }
      const achado = guardados.get(pathname);
      if (achado) response.setHeader('content-type', achado.tipo ?? '').end(achado.bytes);
      else
        response
          .writeHead(404, { 'content-type': 'application/xml' })
          .end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no</Message></Error>');
    };
    await new Promise<void>((resolve) => servidor.listen(0, '127.0.0.1', resolve));
    const antes = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'chave', AWS_SECRET_ACCESS_KEY: 'segredo' });
    try {
      const { port } = servidor.address() as AddressInfo;
      const armazem = new S3ArmazemDeFotos('balde', 'sa-east-1', `http://127.0.0.1:${port}`);
      const foto = Buffer.from('uma foto qualquer');
      await armazem.save('a.webp', foto);
      expect(await armazem.find('a.webp')).toEqual(foto);
      expect(await armazem.find('b.webp')).toBeUndefined();
      expect(guardados.get('/balde/a.webp')?.tipo).toBe('image/webp');
      await armazem.remove('a.webp');
      expect(await armazem.find('a.webp')).toBeUndefined();
      expect(assinaturas.every((uma) => /^AWS4-HMAC-SHA256 Credential=chave\//.test(uma ?? ''))).toBe(true);
    } finally {
      process.env = antes;
      servidor.closeAllConnections();
      servidor.close();
    }
  });
});
