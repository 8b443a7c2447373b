import { spawn, spawnSync } from 'node:child_process';
import { apps, type App } from './apps.ts';
import { build } from './cli/build.ts';
import { command, text } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { assembled, megabytes, type Assembled } from './imagens/file-set.ts';
import { startAlone } from './imagens/start-alone.ts';

/** What a registry keeps of an image, bytes: the base, of some 10 MB (glibc and libstdc++), comes on top. */
const mostCompressedBytes = 170e6;

/** Builds the image of every application, or of those named; where there is no Docker, what each of them would hold. */
await command('imagens', async ({ values, operands, instance }) => {
  const chosen = operands.length === 0 ? apps : apps.filter(({ name }) => operands.includes(name));
  const withDocker = values['sem-docker'] !== true;
  if (withDocker && spawnSync('docker', ['version'], { stdio: 'ignore' }).status !== 0)
    throw new UserError('O Docker não responde. Sem ele: npm run imagens -- --sem-docker');
  if (withDocker) return buildAll(chosen, text(values.marca) ?? 'local');

  await build();
  let tooLarge = false;
  for (const app of chosen) {
    const files = assembled(app.folder);
    try {
      tooLarge ||= files.compressedBytes > mostCompressedBytes;
      console.log(`${app.name.padEnd(16)} ${sizes(files)}`);
      console.log(`${''.padEnd(16)} ${await startAlone(app, files.folder, instance)}`);
    } finally {
      files.remove();
    }
  }
  if (tooLarge) console.error(`Uma imagem passa de ${megabytes(mostCompressedBytes)} comprimida.`);
  return tooLarge ? 1 : 0;
});

function sizes({ bytes, compressedBytes, files }: Assembled): string {
  return `${files} arquivos, ${megabytes(bytes)}; com o Node, ${megabytes(compressedBytes)} comprimidos, sem a base`;
}

async function buildAll(chosen: App[], tag: string): Promise<number> {
  const images = [
    ...chosen.map(({ name, folder }) => ({ name, args: ['--build-arg', `APP=${folder}`] })),
    { name: 'borda', args: ['--file', 'infra/nginx/Dockerfile'] },
  ];
  for (const { name, args } of images) {
    const code = await docker(['build', ...args, '--tag', `plataforma/${name}:${tag}`, '.']);
    if (code !== 0) {
      console.error(`A imagem ${name} não foi construída (código ${code}).`);
      return 1;
    }
  }
  console.log(images.map(({ name }) => `plataforma/${name}:${tag}`).join('\n'));
  return 0;
}

function docker(args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { cwd: root, stdio: 'inherit', env: { ...process.env, DOCKER_BUILDKIT: '1' } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
