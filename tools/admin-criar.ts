import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { text as allOf } from 'node:stream/consumers';
import { join } from 'node:path';
import { command, text, type Request } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { askSecret, consentOf, requireConsent } from './cli/terminal.ts';
import { UserError } from './cli/user-error.ts';
import { requireRunningServers } from './platform/running-servers.ts';

/** The service's own answer: what there was, or what was done. */
type Situation = 'NOVA' | 'EXISTE' | 'JA_TEM' | 'CRIADA' | 'PROMOVIDA';

await command('admin:criar', async (request) => {
  const { instance, values, yes } = request;
  const { app, owner } = (await requireRunningServers(instance, 'postgres')).servers.databases.auth;
  const email = text(values.email) ?? '';
  const role = text(values.papel) ?? 'ADMIN';
  const person = ['--email', email, '--papel', role, ...(values.nome ? ['--nome', text(values.nome) ?? ''] : [])];
  switch (await askService(person, app)) {
    case 'JA_TEM':
      console.log(`${email} já tem o papel ${role} (instância ${instance}).`);
      return;
    case 'EXISTE':
      await requireConsent(`${email} já tem conta. Dar a ela o papel ${role}?`, { ...consentOf(yes), ci: false });
      // The service's own role may not change what an account is.
      await askService([...person, '--promover'], owner);
      console.log(
        `${email} agora é ${role} (instância ${instance}). A senha é a mesma; vale a partir da próxima entrada.`,
      );
      return;
    default: {
      const { password, generated } = await choosePassword(request);
      await askService([...person, '--criar'], app, password);
      console.log(`${email} é ${role} (instância ${instance}).`);
      if (generated) console.log(`Senha, mostrada só agora: ${password}`);
    }
  }
});

/** @throws UserError with the service's sentence when it refuses */
async function askService(args: string[], databaseUrl: string, password?: string): Promise<Situation> {
  // The password goes by standard input: arguments and environments can be read by others of this machine.
  const child = spawn(process.execPath, [join(root, 'services/auth/dist/criar-admin.js'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
  });
  child.stdin.end(password ?? '');
  const [code, output, complaint] = await Promise.all([
    new Promise<number>((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1))),
    allOf(child.stdout),
    allOf(child.stderr),
  ]);
  if (code === 0) return (JSON.parse(output) as { situacao: Situation }).situacao;
  throw new UserError(complaint.trim(), code);
}

async function choosePassword({ values }: Request): Promise<{ password: string; generated: boolean }> {
  const given = values['gerar-senha'] === true ? '' : await givenPassword();
  return given === '' ? { password: passphrase(), generated: true } : { password: given, generated: false };
}

/** Asked twice at a terminal, where a typing mistake would lock its author out; else standard input is the password. */
async function givenPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const password = (await allOf(process.stdin)).replace(/\r?\n$/, '');
    if (password === '')
      throw new UserError('Sem um terminal para perguntar: dê a senha pela entrada padrão, ou peça --gerar-senha.');
    return password;
  }
  const password = await askSecret('Senha (15 caracteres ou mais; vazia, gero uma): ');
  if (password !== '' && password !== (await askSecret('A mesma senha outra vez: ')))
    throw new UserError('As duas senhas são diferentes. Nada foi feito.');
  return password;
}

/** 24 letters and digits without those that are taken for one another: 120 bits. */
function passphrase(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const group = (): string => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
