import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { StripeOpenApi } from './stripe/open-api.ts';
import { findGo } from './cli/go.ts';
import { install, startMock } from './stripe/stripe-mock.ts';

/** A line of what `services/pagamentos/test/gravador.ts` writes. */
type Recorded =
  | {
      tipo: 'chamada';
      metodo: string;
      caminho: string;
      corpo: string;
      cabecalhos: Record<string, string>;
      status: number;
      resposta: unknown;
    }
  | { tipo: 'webhook'; evento: unknown };
type Call = Extract<Recorded, { tipo: 'chamada' }>;

const suite = 'services/pagamentos/test/contrato-do-provedor.int.spec.ts';

/**
 * What the contract suite sends, held against Stripe's own mock server; what the emulator answers and sends in it, held
 * against Stripe's published OpenAPI.
 */
await command('stripe:conformidade', async ({ values }) => {
  const optional = values.opcional === true;
  const go = findGo();
  if (go === undefined) {
    console.log('não executado: falta o Go (https://go.dev/dl), com que se instala o stripe-mock da Stripe');
    return optional ? 0 : 2;
  }
  const begun = Date.now();
  const say = (line: string): void => console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  say('Rodando a suíte de contrato contra o emulador, e gravando o que passa…');
  const [{ program, openApi }, recorded] = await Promise.all([
    install(go, say).then((installed) => (say('O stripe-mock está pronto.'), installed)),
    record().then((lines) => (say(`A suíte passou: ${lines.length} pedidos e webhooks gravados.`), lines)),
  ]);
  say('Conferindo os pedidos no stripe-mock, e as respostas no OpenAPI da Stripe…');
  const judge = new StripeOpenApi(openApi as ConstructorParameters<typeof StripeOpenApi>[0]);
  const calls = recorded.filter((line): line is Call => line.tipo === 'chamada');
  const mistakes = [...(await refusedRequests(program, distinct(calls, judge))), ...wrongAnswers(recorded, judge)];
  for (const mistake of mistakes) console.log(`✖ ${mistake}`);
  console.log(
    `\nOpenAPI ${judge.version}: ${distinct(calls, judge).length} formas de pedido, ${calls.length} respostas e ` +
      `${recorded.length - calls.length} webhooks conferidos; ${mistakes.length} diferenças.`,
  );
  return mistakes.length === 0 ? 0 : 1;
});

/** Runs the contract suite on the emulator and returns what went over the wire. */
async function record(): Promise<Recorded[]> {
  const folder = mkdtempSync(join(tmpdir(), 'conformidade-'));
  const file = join(folder, 'gravacao.jsonl');
  try {
    const { code, output } = await runQuietly(
      process.execPath,
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        join(root, 'node_modules/jest/bin/jest.js'),
        suite,
      ],
      undefined,
      // Without a key, whatever the caller's environment has: only the emulator is judged here.
      { STRIPE_GRAVACAO: file, STRIPE_SECRET_KEY: '' },
    );
    if (code !== 0) throw new UserError(`A suíte de contrato falhou:\n${output}`);
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Recorded);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One call of each form: the same route with the same parameters is the same. */
function distinct(calls: readonly Call[], judge: StripeOpenApi): Call[] {
  const byForm = new Map<string, Call>();
  for (const call of calls) {
    const { pathname, searchParams } = new URL(call.caminho, 'http://stripe');
    const names = [...searchParams.keys(), ...new URLSearchParams(call.corpo).keys()].sort().join();
    byForm.set(`${call.metodo} ${judge.templateOf(pathname) ?? pathname} ${names}`, call);
  }
  return [...byForm.values()];
}

async function refusedRequests(program: string, calls: readonly Call[]): Promise<string[]> {
  const mock = await startMock(program);
  const send = async ({ metodo, caminho, corpo, cabecalhos }: Call) => {
    const response = await fetch(new URL(caminho, mock.url), {
      method: metodo,
      headers: cabecalhos,
      ...(corpo !== '' && { body: corpo }),
    });
    return { ok: response.ok, text: await response.text() };
  };
  try {
    await requireStrictness(send, calls);
    const mistakes: string[] = [];
    for (const call of calls) {
      const { ok, text } = await send(call);
      if (!ok) mistakes.push(`pedido recusado: ${call.metodo} ${call.caminho} ${call.corpo}\n  ${text.trim()}`);
    }
    return mistakes;
  } finally {
    await mock.stop();
  }
}

/** A judge that refuses nothing would prove nothing. */
async function requireStrictness(
  send: (call: Call) => Promise<{ ok: boolean }>,
  calls: readonly Call[],
): Promise<void> {
  const call = calls.find(({ metodo, corpo }) => metodo === 'POST' && corpo !== '');
  if (!call) throw new UserError('A suíte de contrato não enviou pedido nenhum.');
  if ((await send({ ...call, corpo: `${call.corpo}&campo_que_nao_existe=1` })).ok)
    throw new UserError('O stripe-mock aceitou um parâmetro que não existe: nada do que ele aceita prova algo.');
}

function wrongAnswers(recorded: readonly Recorded[], judge: StripeOpenApi): string[] {
  const mistakes = recorded.flatMap((line) => {
    if (line.tipo === 'webhook') {
      const { type } = line.evento as { type: string };
      return judge.mistakesInEvent(line.evento).map((mistake) => `webhook ${type} ${mistake}`);
    }
    const { pathname } = new URL(line.caminho, 'http://stripe');
    const template = judge.templateOf(pathname);
    if (template === undefined) return [`a Stripe não tem a rota ${pathname}`];
    return judge
      .mistakesInAnswer(template, line.metodo, line.status, line.resposta)
      .map((mistake) => `resposta ${line.status} de ${line.metodo} ${template} ${mistake}`);
  });
  return [...new Set(mistakes)];
}
